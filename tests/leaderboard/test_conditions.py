"""What a record says of a run stands in columns of its own, which boards show and hold against the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ferbench.leaderboard.ranking import boards
from tests.leaderboard.building import build_result

SAID = {
    "preprocess": {"crop": "detect", "align": "five_point", "margin": 0.2},
    "detector": {"name": "mtcnn"},
    "tta": "flip",
    "views": 2,
    "left_out": {"neutral": 7},
    "labels": {"kind": "official", "text": "official"},
    "pixels": {"kind": "unknown", "text": "unknown"},
    "weights": {"name": "w", "sha256": "s", "selection": "last", "extra_data": None, "licence": "MIT \udcff"},
}


def only_row(board):
    (only,) = boards(board)
    (row,) = only.rows
    return row


def test_a_row_says_how_it_came_about(board):
    """Crop, alignment and views, classes left out, verdicts and licence, an undecodable byte in it as an escape."""
    board.record(build_result(1, **SAID))

    row = only_row(board)

    assert row.seen == "crop detect by mtcnn, align five_point, margin 0.2, TTA flip"
    assert (row.views, row.macs_a_picture, row.latency_ms_a_picture) == (2, 2 * 8_400_000_000, 2 * 150.25)
    assert (row.left_out, row.labels, row.pixels) == (("neutral",), "official", "unknown")
    assert row.licence == "MIT \\udcff"
    assert row.rank == 1


@pytest.mark.parametrize(("precision", "seen"), [("bf16", "in bf16"), ("guarded", ""), ("fp32", "")])
def test_answers_of_less_than_float32_are_marked(board, precision, seen):
    """What `guarded` says is float32's, so its row looks like any other."""
    board.record(build_result(1, precision=precision))

    assert only_row(board).seen == seen


@pytest.mark.parametrize("views", [None, 0, -2, 2.0, "2", [], 10**30])
def test_views_that_are_none_count_as_one(board, views):
    """A stranger's record holds anything; a run without the entry is older than augmentation, and had one view."""
    board.record(build_result(1, views=views))
    board.record(build_result(2))

    assert [row.views for found in boards(board) for row in found.ranked] == [1, 1]


@pytest.mark.parametrize(("said", "origin"), [({}, ""), ({"imported_from": {"file": "a.ferbench"}}, "imported")])
def test_a_run_that_came_in_a_bundle_says_so(board, said, origin):
    """Where a run was measured elsewhere, its record and its row say it."""
    board.record(build_result(1, **said))

    assert only_row(board).origin == origin


def test_runs_that_differ_in_weights_share_a_network(board):
    """The key of the network leaves weights and images out."""
    for seed, dataset in ((1, "rafdb"), (2, "rafdb"), (3, "sfew")):
        board.record(build_result(seed, model="net", dataset=dataset))
    board.record(build_result(4, model="net", tta="flip"))
    keys = {row.run_id: row.network_key for found in boards(board) for row in found.rows}
    first, second, third, other = (keys[build_result(seed).run_id] for seed in range(1, 5))

    assert len(first) == 64
    assert first == second == third != other


CHANGES = (
    "seen = ''",
    "views = 1",
    "left_out = '[]'",
    "labels = ''",
    "pixels = 'official'",
    "licence = NULL",
    "licence = 'Apache'",
    "origin = 'imported'",
    "network_key = 'another'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_column_costs_the_rank(board, change):
    """Nobody calls pixels official, or a licence free, by editing a table."""
    board.record(build_result(1, **SAID))
    with closing(sqlite3.connect(board.database.path)) as connection:
        connection.execute(f"UPDATE run SET {change}")
        connection.commit()

    assert only_row(board).reasons == ("the run table differs from the record",)


@pytest.mark.parametrize(
    ("change", "damage"),
    [
        ("left_out = 'x'", "left_out is not a list of texts"),
        ("seen = x'ff'", "seen is not text"),
        ("views = 'two'", "views is not a whole number"),
    ],
)
def test_a_damaged_column_is_named(board, change, damage):
    """A cell of another type is shown as a stand-in, without a rank."""
    board.record(build_result(1, **SAID))
    with closing(sqlite3.connect(board.database.path)) as connection:
        connection.execute(f"UPDATE run SET {change}")
        connection.commit()

    assert f"damaged row: {damage}" in only_row(board).reasons
