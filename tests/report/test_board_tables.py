"""Boards as people see them, at the widths of their terminals."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.report.board_sheets import GROUPS, MIXED_DEVICES, MIXED_INPUTS, SELECTED, Grid, sheet
from ferbench.report.board_tables import BoardsReport
from tests.leaderboard.building import build_result
from tests.report.board_sheets_of import sheets_of


def rendered(sheets, width):
    """The text of boards on a terminal of that many columns."""
    console = Console(file=StringIO(), width=width, force_terminal=False, legacy_windows=False, _environ={})
    console.print(BoardsReport(sheets))
    return console.file.getvalue()


def weights(**changes):
    """What a record says of weights."""
    known = {"name": "weights", "sha256": "0" * 64, "selection": "test-best", "extra_data": ["ms1mv3"]}
    return {**known, **changes}


def nobody(board, row):
    """Nothing is reported."""
    return ()


@pytest.fixture
def leaderboard(tmp_path):
    """A leaderboard that is still empty."""
    return Leaderboard(tmp_path / "board.sqlite")


@pytest.fixture(scope="module")
def leaderboard_of_long_names(tmp_path_factory):
    """Two runs whose texts are long, and one that is not ranked for several reasons."""
    leaderboard = Leaderboard(tmp_path_factory.mktemp("long") / "board.sqlite")
    long = weights(name="a_long_name_of_weights_with_a_version.pth", licence="for research only, not to be passed on")
    for seed in (1, 2):
        leaderboard.record(build_result(seed, weights=long, tta="tencrop"))
    leaderboard.record(build_result(3, ranked=False, not_ranked_because=["random weights", "only 3 of 50 images"]))
    return leaderboard


def test_best_first_with_interval_and_cost(leaderboard):
    """Rank, accuracy with its interval, parameters and provenance of each row."""
    for seed, accuracy in ((1, 0.5), (2, 0.9)):
        leaderboard.record(build_result(seed, accuracy=accuracy))
    lines = rendered(sheets_of(leaderboard), 200).splitlines()
    rows = [line for line in lines if "model_" in line]

    assert "model_2" in rows[0]
    assert "90.00 (" in rows[0]
    assert "official-aligned" in rows[0]
    assert "model_1" in rows[1]


def test_a_narrow_terminal_keeps_what_matters(leaderboard):
    """At 80 columns model, score and interval are whole, and a line says that something is left out."""
    leaderboard.record(build_result(1, accuracy=0.9))
    text = rendered(sheets_of(leaderboard), 80)

    assert "model_1" in text
    assert "90.00 (" in text
    assert "…" not in text
    assert "Left out at this width: weights" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_other_pixels_are_said(leaderboard):
    """Rows that saw other pixels of the same images: systems are compared, and the board says so."""
    leaderboard.record(build_result(1))
    assert MIXED_INPUTS not in rendered(sheets_of(leaderboard), 200)
    leaderboard.record(build_result(2, input="unknown-3f2a"))
    assert MIXED_INPUTS in rendered(sheets_of(leaderboard), 200)


def test_other_devices_are_said(leaderboard):
    """Rows whose costs were measured elsewhere: the latencies must not be compared, and the board says so."""
    leaderboard.record(build_result(1, cost_key="a"))
    (board,) = boards(leaderboard)
    alone = replace(board, ranked=board.ranked)
    both = replace(board, ranked=(board.ranked or board.unranked) * 2)
    elsewhere = replace(both, ranked=(both.ranked[0], replace(both.ranked[0], cost_key="b")))

    assert MIXED_DEVICES not in rendered([sheet(alone, nobody)], 200)
    assert MIXED_DEVICES in rendered([sheet(elsewhere, nobody)], 200)


def test_rows_above_the_limit_are_counted(leaderboard):
    """Three rows, room for one: two more are announced, with the way to see them."""
    for seed in (1, 2, 3):
        leaderboard.record(build_result(seed))
    text = rendered(sheets_of(leaderboard, top=1), 200)

    assert len([line for line in text.splitlines() if "model_" in line]) == 1
    assert "Rows left out: 2. --top 3" in text


def test_unranked_rows_stand_apart_with_their_reasons(leaderboard):
    """A row without a rank is in a table of its own, and the reason is whole even on a narrow terminal."""
    leaderboard.record(build_result(1, ranked=False, not_ranked_because=["random weights"]))
    text = rendered(sheets_of(leaderboard), 80)

    assert "not ranked because" in text
    assert "random weights" in " ".join(text.split())


def test_groups_stand_in_place_of_bare_ranks(leaderboard):
    """A narrow board shows groups instead of ranks, a wide one both, and a line says what a group is."""
    for seed in (1, 2):
        leaderboard.record(build_result(seed))
    narrow, wide = (rendered(sheets_of(leaderboard), width) for width in (80, 200))

    assert "group" in narrow.splitlines()[2]
    assert "rank" not in narrow.splitlines()[2]
    assert {"rank", "group"} <= set(wide.split())
    assert all(GROUPS.split(":")[0] in " ".join(text.split()) for text in (narrow, wide))


def test_a_single_row_and_other_metrics_have_ranks_alone(leaderboard):
    """Where nothing is compared there are no groups."""
    leaderboard.record(build_result(1))
    alone = rendered(sheets_of(leaderboard), 80)
    leaderboard.record(build_result(2))
    other = rendered(sheets_of(leaderboard, metric="uar"), 80)

    assert all("rank" in text and "group" not in text for text in (alone, other))


def test_rows_say_how_pictures_were_seen_and_boards_what_is_left_out(leaderboard):
    """A column where rows differ in crop or views, with the warning of mixed inputs; a class that is not evaluated."""
    left_out = {"contempt": 3}
    leaderboard.record(build_result(1, left_out=left_out))
    assert "pictures seen" not in rendered(sheets_of(leaderboard), 200)

    leaderboard.record(build_result(2, left_out=left_out, tta="tencrop"))
    text = rendered(sheets_of(leaderboard), 200)

    assert "TTA tencrop" in text
    assert "as they are" in text
    assert MIXED_INPUTS in text
    assert "images without contempt" in text


def test_selection_on_the_test_set_is_marked_at_the_value(leaderboard):
    """A value of weights that were selected by a test score has a mark, and a sentence says what the interval lacks."""
    leaderboard.record(build_result(1, accuracy=0.9))
    leaderboard.record(build_result(2, accuracy=0.8, weights=weights(selection="val-best")))
    text = rendered(sheets_of(leaderboard), 200)

    assert "90.00 (85.00 - 95.00) *" in text
    assert "80.00 (75.00 - 85.00) *" not in text
    assert " ".join(SELECTED.split()) in " ".join(text.split())


def test_no_mark_without_such_weights(leaderboard):
    """A board of weights that were selected in another way has neither mark nor sentence."""
    leaderboard.record(build_result(2, weights=weights(selection="last")))
    text = rendered(sheets_of(leaderboard), 200)

    assert "*" not in text


def test_nothing_is_not_the_same_as_nothing_known(leaderboard):
    """Extra data that nobody states, and none at all; a licence that nobody states."""
    leaderboard.record(build_result(1, weights=weights(extra_data=None)))
    leaderboard.record(build_result(2, weights=weights(extra_data=[], licence="MIT")))
    unknown, none = (line for line in reversed(rendered(sheets_of(leaderboard), 200).splitlines()) if "model_" in line)
    lines = {("model_1" in line): line for line in (unknown, none)}

    assert {"not known", "not stated"} <= {cell.strip() for cell in lines[True].split("│")}
    assert {"none", "MIT"} <= {cell.strip() for cell in lines[False].split("│")}


def test_equal_verdicts_stand_in_the_title_and_others_in_a_column(leaderboard):
    """What was found about labels and pixels: once where rows agree, in every row where they do not."""
    official, other = ({"text": text, "finding": ""} for text in ("official", "variant: re-aligned"))
    leaderboard.record(build_result(1, labels=official, pixels=official))
    assert "; labels: official; pixels: official" in rendered(sheets_of(leaderboard), 200)

    leaderboard.record(build_result(2, labels=official, pixels=other))
    text = rendered(sheets_of(leaderboard), 240)

    assert "labels: official" not in text
    assert "labels / pixels" in text
    assert "official / variant" in text


@pytest.mark.parametrize("width", range(80, 280, 20))
def test_a_table_is_never_wider_than_the_terminal(leaderboard_of_long_names, width):
    """Whatever the width, and however long the texts: every column of a table is there, or named as left out."""
    (whole,) = sheets_of(leaderboard_of_long_names)
    ranked_alone = " ".join(rendered([replace(whole, unranked=Grid((), ()))], width).split())
    table, _, left_out = ranked_alone.partition("Left out at this width: ")
    text = rendered([whole], width)

    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for heading in (column.heading for column in whole.ranked.columns):
        assert (f"┃ {heading} ┃" in table) != (heading in left_out.partition(". ")[0].split(", "))


def test_a_cost_is_that_of_all_views_of_a_picture(leaderboard):
    """Test-time augmentation costs, and the table says why; rows that look once, or were not measured, say no more."""
    unknown = build_result(3).record["cost"] | {"macs": None, "latency_model_ms_p50": None}
    timeless = replace(build_result(3).cost, macs=None, latency_model_ms_p50=None)
    leaderboard.record(build_result(1, tta="flip", views=2))
    leaderboard.record(build_result(2))
    leaderboard.record(replace(build_result(3, tta="flip", views=2, cost=unknown), cost=timeless))
    text = rendered(sheets_of(leaderboard), 250)

    assert [text.count(part) for part in ("16.800 G (2 views)", "8.400 G ", "views)")] == [1, 1, 2]
    assert [text.count(part) for part in ("300.50 ms (2 views)", "150.25 ms ")] == [1, 1]
