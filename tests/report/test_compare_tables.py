"""Comparisons as people see them, at the width of a small terminal."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from rich.console import Console

from ferbench.comparison.compare import Options, compare
from ferbench.leaderboard.store import Leaderboard
from ferbench.plugin_manager import build_catalog
from ferbench.report.compare_exports import write_discordant
from ferbench.report.compare_tables import ComparisonReport
from ferbench.report.compare_texts import p_text, points_and_images
from tests.leaderboard.building import RAFDB, build_result, build_test_set
from tests.leaderboard.changing import in_order, relabelled, weights, with_pixels

TEST_SET = build_test_set(210, RAFDB)
QUICKLY = Options(resamples=20)


@pytest.fixture(scope="module")
def catalog():
    """Everything that is installed."""
    return build_catalog()


@pytest.fixture
def compared(tmp_path, catalog):
    """Record results and compare them, each its own entry unless entries are given as lists of numbers."""

    def run(*results, entries=None, options=QUICKLY):
        leaderboard = Leaderboard(tmp_path / "board.sqlite")
        for result in results:
            leaderboard.record(result)
        groups = entries or [[number] for number in range(len(results))]
        names = [",".join(results[number].run_id for number in group) for group in groups]
        return compare(leaderboard, names, catalog, options)

    return run


def build(seed, **changes):
    """A run on the common images."""
    return build_result(seed, **{"test_set": TEST_SET, **changes})


def rendered(found, width=80):
    """The text of a comparison on a terminal of that many columns."""
    console = Console(file=StringIO(), width=width, force_terminal=False, legacy_windows=False, _environ={})
    console.print(ComparisonReport(found))
    return console.file.getvalue()


@pytest.mark.parametrize("entries", [None, [[0], [1], [2, 3]], [[2, 3], [0]]])
def test_everything_fits_80_columns(compared, entries):
    """Nothing is cut and nothing is wider, whether runs stand alone or several are one entry."""
    net = {"model": "poster_affectnet_base"}
    results = [build(1), build(2), *(build(n, **net, weights=weights(f"affectnet_seed_{n}")) for n in (3, 4))]
    text = rendered(compared(*results, entries=entries))

    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def test_the_parts_of_a_comparison_are_there(compared):
    """Title, counts, both p-values, what the set can show, differences, classes, images."""
    found = compared(build(1), build(2))
    text, (pair,) = rendered(found), found.pairs

    assert text.startswith("rafdb (test), 210 images, strict labels\n")
    for words in ("first alone", "exact p", "mid-p", "80 % power from", "macro-F1", "recall % by class, A - B", "fear"):
        assert words in text
    assert f"{pair.test.exact:.4f}" in text
    assert f"{100 * pair.differences[0].value:+.2f}" in text
    assert pair.discordant[0].id in text
    assert "Holm p" in text.split("recall %")[1]
    assert "Holm p" not in text.split("recall %")[0]


def test_several_runs_show_adjusted_p_values(compared):
    """Three runs are three rows of tests, adjusted together."""
    text = rendered(compared(build(1), build(2), build(3)))

    assert "Holm p" in text.split("recall %")[0]
    assert all(name in text for name in ("A - B", "A - C", "B - C"))


def test_other_pixels_are_in_the_title(compared):
    """Whoever reads nothing but the first line knows that the pictures differ."""
    title, caution = rendered(compared(build(1), with_pixels(build(2), 210)), 120).splitlines()[:2]

    assert "210 of them with different pixels" in title
    assert "systems, not models" in caution


def test_shared_images_are_in_the_title_and_rank_nobody(compared):
    """On shared images n is in the title, nobody is better, and left-out images are counted."""
    results = in_order(build(1), range(100)), relabelled(build(2), {"test_0003": "neutral"})
    text = rendered(compared(*results, options=Options(on="shared", resamples=20)))

    assert "99 shared images of 100 and 210" in text.splitlines()[0]
    assert "ranks nobody" in text
    assert "Left out: 1 images that have another label" in text
    assert "better" not in text


def test_many_pairs_are_announced(compared):
    """Of six pairs three are shown class by class, and the way to all of them is named."""
    text = rendered(compared(*(build(seed) for seed in (1, 2, 3, 4))))

    assert text.count("recall % by class") == 3
    assert "3 more pairs by class and image: --json, --discordant FILE.csv" in text


def test_foreign_texts_are_shown_and_not_obeyed(compared):
    """Markup and control characters in names stay what they are."""
    text = rendered(compared(build(1, model="[red]\x1b[31mnet"), build(2)))

    assert "\x1b" not in text
    assert "[red]" in "".join(text.split())


def test_the_file_lists_every_image_that_runs_disagree_on(compared):
    """One row an image that some answer right and others wrong, one column a run, named by entry and id."""
    found = compared(build(1), build(2), build(3))
    file = StringIO()
    write_discordant(found, file)
    rows = list(csv.DictReader(StringIO(file.getvalue())))
    columns = [f"{column.entry}_{column.run_id[:8]}" for column in found.answers]

    assert list(rows[0]) == ["id", "label", *columns]
    assert {row["id"] for row in rows} == {image.id for pair in found.pairs for image in pair.discordant}
    assert all(len({row[name] == row["label"] for name in columns}) == 2 for row in rows)


def test_the_file_runs_no_formula(compared):
    """An id that a spreadsheet would take for a formula is not one in the file, and a line break needs quotes."""
    names = dict(enumerate(["=1+1", "a\rb"]))
    renamed = build_test_set(210, RAFDB)
    ids = tuple(names.get(place, name) for place, name in enumerate(renamed.ids))
    named = type(renamed)(**{**{f: getattr(renamed, f) for f in renamed.__dataclass_fields__}, "ids": ids})
    silent = build(2, test_set=named, failures=dict.fromkeys(ids, "unreadable"))
    right = next(
        seed for seed in range(50) if all(build(seed, test_set=named).predictions.emotion[:2].argmax(1) == [0, 1])
    )
    file = StringIO()
    write_discordant(compared(build(right, test_set=named), silent), file)

    assert "'=1+1," in file.getvalue()
    assert '"a\rb"' in file.getvalue()


@pytest.mark.parametrize(("p", "text"), [(None, "-"), (1.0, "1.0000"), (0.04999, "0.0500"), (0.00001, "< 0.0001")])
def test_p_values_have_four_digits(p, text):
    """No p-value is shown as zero."""
    assert p_text(p) == text


@pytest.mark.parametrize(("difference", "text"), [(None, "none"), (0.01, "1.00 (2)"), (0.011, "1.10 (3)")])
def test_differences_are_in_points_and_whole_images(difference, text):
    """Of 200 images one point is two images; a part of an image counts as a whole one."""
    assert points_and_images(difference, 200) == text
