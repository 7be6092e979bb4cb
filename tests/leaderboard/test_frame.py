"""All runs as one pandas table."""

from __future__ import annotations

import math

import pytest

from ferbench.results import Score
from tests.leaderboard.building import AFFECTNET8, build_result


def test_a_frame_has_a_row_a_run(board):
    """Rows are the runs, newest first; columns are their facts, their cost and their strict headline scores."""
    for seed in (1, 2):
        board.record(build_result(seed, classes=AFFECTNET8))

    frame = board.frame()

    assert list(frame["model"]) == ["model_2", "model_1"]
    assert list(frame["macs"]) == [8_400_000_000] * 2
    for seed, accuracy in zip((2, 1), frame["accuracy"], strict=True):
        assert accuracy == build_result(seed, classes=AFFECTNET8).record["scores"]["strict"]["accuracy"]
    assert not [name for name in frame.columns if "/" in name]
    assert len(frame) == 2


def test_a_missing_score_is_nan(board):
    """A metric that only one of two runs has is NaN for the other, and a number for the one."""
    board.record(build_result(1))
    board.record(build_result(2, scores=(Score(metric="kappa", value=0.5, n=50, label_mode="strict"),)))

    frame = board.frame().set_index("model")

    assert math.isnan(frame.loc["model_2", "accuracy"])
    assert frame.loc["model_2", "kappa"] == 0.5
    assert math.isnan(frame.loc["model_1", "kappa"])


@pytest.mark.parametrize("missing", [True, False])
def test_a_board_without_runs_is_an_empty_frame(board, path, missing):
    """Columns are there without rows, whether or not a database is."""
    if missing:
        path.unlink()

    assert list(board.frame().columns)[:2] == ["run_id", "created_at"]
    assert board.frame().empty
