"""The cross-data-set table: best ranked runs by model, weights and board."""

from __future__ import annotations

from ferbench.leaderboard.matrix import matrix
from ferbench.leaderboard.ranking import boards
from tests.leaderboard.building import build_result

WEIGHTS = {"name": "w.pth", "sha256": "ab", "selection": "unknown", "extra_data": None}


def table(board):
    return matrix(boards(board), "accuracy")


def test_one_column_a_board_and_one_row_an_entry(board):
    """Two sets, two models: what was not evaluated is an empty cell, not a zero."""
    board.record(build_result(1, accuracy=0.9, model="a", weights=WEIGHTS))
    board.record(build_result(2, accuracy=0.7, model="a", weights=WEIGHTS, dataset="expw"))
    board.record(build_result(3, accuracy=0.8, model="b"))

    found = table(board)

    assert [column.dataset for column in found.boards] == ["expw", "rafdb"]
    assert [[name, *(cells.get(i) and cells[i].scores["accuracy"] for i in (0, 1))] for name, cells in rows(found)] == [
        ["a", 0.7, 0.9],
        ["b", None, 0.8],
    ]


def rows(found):
    """(model, cells) of a table."""
    return [(entry.model, entry.cells) for entry in found.entries]


def test_the_best_run_of_an_entry_is_shown(board):
    """Two runs of one model with the same weights: the better one stands in the cell."""
    for seed, accuracy in enumerate([0.6, 0.9, 0.7]):
        board.record(build_result(seed, accuracy=accuracy, model="a", weights=WEIGHTS))

    ((_, cells),) = rows(table(board))

    assert cells[0].scores["accuracy"] == 0.9


def test_other_weights_are_another_row(board):
    """The table compares weights, not architectures."""
    for seed, name in enumerate(["x.pth", "y.pth"]):
        board.record(build_result(seed, model="a", weights=WEIGHTS | {"name": name, "sha256": name}))

    assert [entry.weights_name for entry in table(board).entries] == ["x.pth", "y.pth"]


def test_another_way_of_seeing_is_another_row(board):
    """The best of several crops and views would be chosen on the test set."""
    preprocess = {"crop": "detect", "align": "none", "margin": 0.2}
    board.record(build_result(1, accuracy=0.7, model="a", weights=WEIGHTS))
    board.record(build_result(2, accuracy=0.9, model="a", weights=WEIGHTS, tta="flip"))
    board.record(
        build_result(3, accuracy=0.8, model="a", weights=WEIGHTS, preprocess=preprocess, detector={"name": "d"})
    )

    assert [entry.seen for entry in table(board).entries] == ["", "TTA flip", "crop detect by d, margin 0.2"]


def test_unranked_runs_are_left_out(board):
    """A board with nothing ranked is no column."""
    board.record(build_result(1, ranked=False, not_ranked_because=["random weights"]))

    assert table(board).boards == ()
