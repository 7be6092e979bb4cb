"""The Python interface: the same power as the command line, in plain data and frames."""

from __future__ import annotations

import importlib

import pytest

import ferbench
from ferbench import Leaderboard, RunSpec, build_catalog, evaluate, rescore, verify
from ferbench.leaderboard.ranking import boards


@pytest.fixture(scope="module")
def leaderboard(tmp_path_factory):
    """A leaderboard with one run of the embedded pair, recorded from Python."""
    found = Leaderboard(tmp_path_factory.mktemp("board") / "board.sqlite")
    found.record(evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", limit=64, timing=False)))
    return found


def test_public_names_are_complete_sorted_and_where_they_are_said_to_be():
    """Everything in `__all__` can be fetched from ferbench, and nothing else can."""
    assert ferbench.__all__ == sorted(ferbench.__all__)
    for name in ferbench.__all__:
        assert getattr(ferbench, name) is getattr(importlib.import_module(ferbench._HOMES[name]), name)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = ferbench.no_such_name


def test_runs_are_a_frame(leaderboard):
    """One row a run, with scores and cost as columns."""
    frame = leaderboard.frame()

    assert frame.loc[0, "model"] == "tiny_cnn"
    assert frame.loc[0, "n"] == 64
    assert frame.loc[0, "params_total"] == 223_200
    assert 0.7 < frame.loc[0, "accuracy"] <= 1


def test_records_and_predictions_are_plain_data(leaderboard):
    """The record is a dict, the predictions are arrays, and both name the same images."""
    record, predictions = leaderboard.record_of("latest"), leaderboard.predictions("latest")

    assert record["n"] == len(predictions.ids) == 64
    assert predictions.emotion.shape == (64, 8)
    assert predictions.sha256() == record["predictions_sha256"]
    assert leaderboard.test_set("latest").ids == predictions.ids


def test_a_stored_run_is_scored_and_verified(leaderboard):
    """Other metrics, slices and the verification, from Python."""
    catalog = build_catalog()
    by_light = rescore(leaderboard, "latest", catalog, metrics=["accuracy"], by="light")

    assert {score.slice for score in by_light} == {"light=dim", "light=normal", "light=bright"}
    assert sum(score.n for score in by_light) == 64
    assert all(check.passed for check in verify(leaderboard, "latest", catalog))


def test_boards_are_plain_data(leaderboard):
    """The limited run is on its board, apart, with the reason."""
    (board,) = boards(leaderboard)

    assert board.ranked == ()
    assert "--limit" in board.unranked[0].reasons[0]
