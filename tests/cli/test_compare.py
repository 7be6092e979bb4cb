"""`ferbench compare`: what it prints, how it ends, and what it refuses."""

from __future__ import annotations

import csv

import pytest

from ferbench.leaderboard.store import Leaderboard
from tests.cli.dropins import metric
from tests.cli.terminal import Terminal
from tests.leaderboard.building import RAFDB, build_result, build_test_set
from tests.leaderboard.changing import in_order, weights, with_pixels

TEST_SET = build_test_set(210, RAFDB)
ONE, TWO, THREE = (build_result(seed, test_set=TEST_SET).run_id for seed in (1, 2, 3))


@pytest.fixture
def board(tmp_path):
    """Three runs on the same images, in the database that `call` looks at."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    for seed in (1, 2, 3):
        leaderboard.record(build_result(seed, test_set=TEST_SET))
    return leaderboard


def test_two_runs_are_compared(call, board):
    """A document with n, entries, counts that add up, p-values, intervals, classes and images."""
    done = call("compare", ONE[:8], TWO[:8], "--json", "--resamples", 100)
    document = done.json
    (pair,) = document["pairs"]

    assert (done.status, done.err) == (0, "")
    assert (document["schema_version"], document["n"], document["ranks"]) == (1, 210, True)
    assert [entry["run_ids"] for entry in document["entries"]] == [[ONE], [TWO]]
    assert sum(pair["counts"].values()) == 210
    assert len(pair["discordant"]) == pair["counts"]["first"] + pair["counts"]["second"]
    assert 0 <= pair["test"]["mid_p"] <= pair["test"]["exact"] == pair["holm"] <= 1
    assert [item["metric"] for item in pair["differences"]] == ["accuracy", "uar", "f1_macro"]
    assert [item["name"] for item in pair["classes"]] == list(RAFDB)


def test_people_get_tables(call, board):
    """Tables on stdout, nothing on stderr."""
    done = call("compare", ONE, TWO, THREE, "--metric", "uar", "--resamples", 50)

    assert (done.status, done.err) == (0, "")
    assert "rafdb (test), 210 images, strict labels" in done.out
    assert all(words in done.out for words in ("A - C", "Holm p", "UAR %", "neutral"))


def test_commas_join_seeds(call, board):
    """Two checkpoints of one model are one entry with mean, sd and n."""
    seeds = [build_result(n, test_set=TEST_SET, model="net", weights=weights(f"seed{n}")) for n in (4, 5)]
    for result in seeds:
        board.record(result)
    done = call("compare", ONE, f"{seeds[0].run_id[:8]}, {seeds[1].run_id[:8]}", "--json", "--resamples", 50)
    score = done.json["entries"][1]["scores"]["accuracy"]

    assert done.status == 0, done.err
    assert score["n"] == 2
    assert score["sd"] > 0
    assert done.json["pairs"][0]["test"] is None


def test_disagreements_are_written(call, board, tmp_path):
    """--discordant writes what the document lists."""
    path = tmp_path / "disagree.csv"
    done = call("compare", ONE, TWO, "--discordant", path, "--json", "--resamples", 10)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["id"] for row in rows] == [image["id"] for image in done.json["pairs"][0]["discordant"]]


def test_an_impossible_place_is_an_error(call, board, tmp_path):
    """A file that cannot be written ends with 4."""
    done = call("compare", ONE, TWO, "--discordant", tmp_path / "no" / "file.csv", "--resamples", 10)

    assert done.status == 4
    assert "Traceback" not in done.err


def test_other_images_end_with_5(call, board):
    """Different items are refused with what differs and how to go on; --on shared then compares and never ranks."""
    part = in_order(build_result(4, test_set=TEST_SET), range(100))
    board.record(part)
    refused = call("compare", ONE, part.run_id)
    shared = call("compare", ONE, part.run_id, "--on", "shared", "--json", "--resamples", 10)

    assert (refused.status, refused.out) == (5, "")
    assert "110 ids only in run 1" in refused.err
    assert "--on shared" in refused.err
    assert (shared.status, shared.json["n"], shared.json["ranks"]) == (0, 100, False)
    assert shared.json["pairs"][0]["better"] is None


def test_other_pixels_are_said(call, board):
    """The same items with other pixels are compared, and the first line says it."""
    other = with_pixels(build_result(4, test_set=TEST_SET), 210)
    board.record(other)
    done = call("compare", ONE, other.run_id, "--resamples", 10)

    assert done.status == 0
    assert "with different pixels" in done.out.splitlines()[0]


def test_a_withdrawn_run_ends_with_5(call, board):
    """No comparison stands on a run that somebody withdrew."""
    call("invalidate", TWO, "--reason", "wrong weights")
    done = call("compare", ONE, TWO)

    assert done.status == 5
    assert "wrong weights" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        ([ONE], "2 to 26"),
        ([ONE, ONE[:8]], "more than once"),
        ([ONE, "ffffffff"], "ferbench runs"),
        ([ONE, TWO, "--metric", "nothing"], "list metrics"),
        ([ONE, TWO, "--metric", "recall"], "one value"),
        ([ONE, TWO, "--resamples", "0"], "resamples"),
        ([ONE, TWO, "--on", "whatever"], "--on"),
    ],
)
def test_wrong_usage_ends_with_2(call, board, arguments, words):
    """What cannot mean anything is refused with what to do, without a traceback."""
    done = call("compare", *arguments)

    assert (done.status, done.out) == (2, "")
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_loud_metric_of_a_plugin_does_not_spoil_the_document(call, board, tmp_path):
    """Any scalar metric can be compared, and what its code prints goes to stderr."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(metric("print('LOUD')\nreturn float(answers.correct.mean())", name="hits"), encoding="utf-8")
    done = call("compare", ONE, TWO, "--plugin", plugin, "--metric", "hits", "--resamples", 40, "--json")

    assert done.status == 0, done.err
    assert done.json["pairs"][0]["differences"][0]["resamples"] == 10


def test_comparing_needs_no_torch(tmp_path):
    """Predictions are enough: torch is never imported."""
    terminal = Terminal(tmp_path)
    leaderboard = Leaderboard(terminal.database)
    for seed in (1, 2):
        leaderboard.record(build_result(seed, test_set=TEST_SET))
    done = terminal.python(
        "import sys\nfrom ferbench.cli.app import status_of\n"
        f"assert status_of(['compare', {ONE!r}, {TWO!r}, '--resamples', '10']) == 0\n"
        "assert not {'torch', 'alembic'} & set(sys.modules)"
    )

    assert done.status == 0, done.err
    assert "210 images" in done.out


def test_the_board_shows_groups(call, board):
    """Runs that cannot be told apart share a group, in the document and in the table."""
    rows = call("leaderboard", "--json").json["rows"]

    assert {row["group"] for row in rows} == {1}
    assert "group" in call("leaderboard").out
