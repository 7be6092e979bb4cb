"""Runs come out of a leaderboard as they went in."""

from __future__ import annotations

import math
import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ferbench.errors import LeaderboardError, UsageError
from ferbench.leaderboard.store import Leaderboard
from ferbench.results import seal_of
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result


@pytest.mark.parametrize("n", [1, 7, 8, 50, 301])
@pytest.mark.parametrize("classes", [RAFDB, AFFECTNET8, tuple(reversed(RAFDB))])
def test_a_run_comes_back_unchanged(board, n, classes):
    """Record, predictions, test set and scores of a run are read as they were recorded, whatever n and K."""
    result = build_result(3, n=n, classes=classes)

    board.record(result)

    assert board.record_of(result.run_id) == result.record
    assert board.predictions(result.run_id).sha256() == result.predictions.sha256()
    assert board.test_set(result.run_id) == result.test_set
    assert {repr(score) for score in board.scores(result.run_id)} == {repr(score) for score in result.scores}


def test_predictions_are_bit_exact(board):
    """Every bit of every output survives, NaN rows, infinities and denormals included, and so do all other fields."""
    values = np.array([[np.inf, 1e-45], [-0.0, np.nan]], dtype=np.float32)
    result = build_result(1, n=2, failures={"test_0001": "truncated file"}, extra_outputs={"valence_arousal": values})

    board.record(result)
    read = board.predictions(result.run_id)

    assert read.outputs["valence_arousal"].tobytes() == values.tobytes()
    assert read.emotion.tobytes() == result.predictions.emotion.tobytes()
    assert replace(read, outputs={}) == replace(result.predictions, outputs={})


@pytest.mark.parametrize("name", ["file", "allow_pickle", "emotion.npy", "ärger/1"])
def test_outputs_may_have_any_name(board, name):
    """A second output is kept under the name that the model gave it, whatever that is."""
    values = np.arange(50 * 6, dtype=np.float32).reshape(50, 2, 3)
    result = build_result(1, n=50, extra_outputs={name: values})

    board.record(result)

    np.testing.assert_array_equal(board.predictions("latest").outputs[name], values)


@pytest.mark.parametrize(("n", "classes"), [(1, RAFDB), (50, RAFDB), (77, AFFECTNET8)])
def test_correctness_bits_agree_with_the_strict_accuracy(board, n, classes):
    """The mean of the correctness bits is the strict accuracy that was counted image by image."""
    result = build_result(5, n=n, classes=classes, failures={"test_0000": "not an image"})

    board.record(result)
    correct = board.correct(result.run_id)

    assert correct.shape == (n,)
    assert correct.mean() == result.record["scores"]["strict"]["accuracy"]
    assert not correct[0]


def test_a_score_that_does_not_exist_is_nan_again(board):
    """NaN is stored as NULL and read as NaN."""
    board.record(build_result())

    sliced = [score for score in board.scores("latest") if score.slice == "gender=x"]

    assert len(sliced) == 1
    assert math.isnan(sliced[0].value)


def test_the_stored_text_is_what_the_seal_hashes(board):
    """The seal holds for a recorded run, and is `results.seal_of` of what is read."""
    board.record(build_result())

    assert board.seal_holds("latest")
    assert seal_of(board.record_of("latest")) == board.record_of("latest")["seal"]


def test_undecodable_file_names_survive(board):
    """A record with bytes that are no UTF-8 in a name is stored, its seal holds, and the run is not called changed."""
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    weights = {"name": name, "sha256": "0" * 64, "selection": "unknown", "extra_data": [name]}
    result = build_result(1, failures={"test_0000": f"{name}: no such file \\udce9"}, weights=weights, model=name)

    board.record(result)

    assert board.record_of("latest") == result.record
    assert board.predictions("latest").failures == result.predictions.failures
    assert board.seal_holds("latest")
    assert board.runs(model=name)[0].weights_name == "caf\\udce9.jpg"


def test_runs_are_listed_newest_first(board):
    """All runs are listed by time, the newest first, whatever the order in which they were recorded."""
    for seed in (2, 9, 4):
        board.record(build_result(seed))

    assert [run.model for run in board.runs()] == ["model_9", "model_4", "model_2"]


def test_runs_are_found_by_dataset_and_model(board):
    """A list of runs can be narrowed to one data set and one model."""
    board.record(build_result(1))
    board.record(build_result(2, dataset="ferplus"))
    board.record(build_result(3, dataset="ferplus"))

    assert [run.run_id for run in board.runs(dataset="ferplus")] == [build_result(s).run_id for s in (3, 2)]
    assert [run.run_id for run in board.runs(dataset="ferplus", model="model_2")] == [build_result(2).run_id]
    assert board.runs(dataset="rafdb", model="model_2") == []


def test_a_listed_run_shows_its_record_and_cost(board):
    """The fields of a listed run are those of its record and its cost."""
    result = build_result(7, ranked=False, not_ranked_because=["only 50 of 3068 images (--limit)"])
    board.record(result)

    (run,) = board.runs()

    for name in ("run_id", "created_at", "run_key", "cost_key", "core_sha256", "status", "dataset", "n", "input"):
        assert getattr(run, name) == result.record[name]
    assert (run.ranked, run.not_ranked_because) == (False, ("only 50 of 3068 images (--limit)",))
    assert (run.weights_name, run.selection, run.extra_data) == ("weights_7", "test-best", ("ms1mv3",))
    assert (run.macs, run.params_used, run.device_name) == (8_400_000_000, 43_000_007, "Example CPU")


def test_unknown_extra_data_is_not_the_same_as_none(board):
    """Weights of which nobody knows the training data stay unknown."""
    weights = {"name": "w", "sha256": None, "selection": "unknown", "extra_data": None}
    board.record(build_result(1, weights=weights))
    board.record(build_result(2, weights={**weights, "extra_data": []}))

    assert [run.extra_data for run in board.runs()] == [(), None]


def test_equal_test_sets_are_kept_once(board, path):
    """Runs on the same images share one manifest; the same images in another order have their own."""
    first = build_result(1)
    turned = replace(
        first.test_set,
        **{name: tuple(reversed(getattr(first.test_set, name))) for name in ("ids", "labels", "digests", "attributes")},
    )
    for result in (first, build_result(2), build_result(3, test_set=turned)):
        board.record(result)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM test_set").fetchone() == (2,)
    assert board.predictions(build_result(3).run_id).ids == turned.ids
    assert board.predictions(build_result(2).run_id).ids == first.test_set.ids


def test_a_run_is_recorded_once(board):
    """Recording a run again is refused, and changes nothing."""
    board.record(build_result(1))

    with pytest.raises(LeaderboardError, match="recorded already"):
        board.record(build_result(1))

    assert len(board.runs()) == 1
    assert len(board.scores("latest")) == len(build_result(1).scores)


def test_a_withdrawn_run_stays_with_its_reason(board):
    """Withdrawing a run adds when and why; the run itself is still there, unchanged."""
    result = build_result(1)
    board.record(result)
    assert board.invalidation_of("latest") is None

    board.invalidate(result.run_id[:8], "  wrong weights  ")

    assert board.invalidation_of("latest").reason == "wrong weights"
    assert board.invalidation_of("latest").at.endswith("+00:00")
    assert board.runs()[0].invalidated == "wrong weights"
    assert board.record_of("latest") == result.record


def test_a_run_is_withdrawn_once_and_with_a_reason(board):
    """An empty reason is refused, and so is a second one, which names the first."""
    board.record(build_result(1))
    with pytest.raises(UsageError, match="No reason"):
        board.invalidate("latest", " ")
    board.invalidate("latest", "wrong weights")

    with pytest.raises(UsageError, match="wrong weights"):
        board.invalidate("latest", "something else")

    assert board.invalidation_of("latest").reason == "wrong weights"


def test_a_database_can_be_named_in_several_ways(tmp_path, monkeypatch):
    """A path, a path relative to the working directory, and a URL are one database."""
    name = "odd näme.sqlite"
    monkeypatch.chdir(tmp_path)
    Leaderboard(name).record(build_result(1))

    assert len(Leaderboard(tmp_path / name).runs()) == 1
    assert len(Leaderboard(f"sqlite:///{tmp_path}/{name}").runs()) == 1
    assert len(Leaderboard(f"sqlite:///{name}").runs()) == 1
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["is it?mode=memory", "100%20.db", "a#b", "~x", os.fsdecode(b"caf\xe9.db")])
def test_a_file_name_may_hold_any_character(tmp_path, name):
    """What means something in a URL is an ordinary character in a path."""
    board = Leaderboard(tmp_path / name)

    board.record(build_result(1))

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert len(board.runs()) == 1
