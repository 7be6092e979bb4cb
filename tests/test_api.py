"""The Python interface: the same power as the command line, in plain data and frames."""

from __future__ import annotations

import importlib
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

import ferbench
from ferbench import Leaderboard, RunSpec, build_catalog, evaluate, rescore, verify
from ferbench.interfaces import Row
from ferbench.leaderboard.ranking import boards
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.score import score
from ferbench.results import core_sha256, score_record, seal_of


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
    by_light, broken = rescore(leaderboard, "latest", catalog, metrics=["accuracy"], by="light")

    assert not broken
    assert {score.slice for score in by_light} == {"light=dim", "light=normal", "light=bright"}
    assert sum(score.n for score in by_light) == 64
    assert all(check.passed for check in verify(leaderboard, "latest", catalog))


def test_boards_are_plain_data(leaderboard):
    """The limited run is on its board, apart, with the reason."""
    (board,) = boards(leaderboard)

    assert board.ranked == ()
    assert "--limit" in board.unranked[0].reasons[0]


def test_labels_that_were_forged_with_every_hash_but_the_items_are_found(tmp_path):
    """Labels replaced by the predictions, all scores and hashes computed anew: the items give it away."""
    honest = evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", limit=64, timing=False))
    said = tuple(honest.predictions.classes[i] for i in honest.predictions.emotion.argmax(1))
    predictions = replace(honest.predictions, labels=said)
    rows = [Row(id=name, label=label, source=None) for name, label in zip(predictions.ids, said, strict=True)]
    pixels = pixels_sha256(rows, honest.test_set.digests)
    metrics = [item.entry for item in build_catalog().metrics]
    scores, _ = score(predictions, tuple(honest.record["dataset_classes"]), metrics)
    record = {
        **honest.record,
        "ranked": True,
        "not_ranked_because": [],
        "pixels_sha256": pixels,
        "input": f"unknown-{pixels[:4]}",
        "predictions_sha256": predictions.sha256(),
        "core_sha256": core_sha256(honest.record["run_key"], predictions.sha256(), scores),
        "scores": score_record(scores),
    }
    forged = replace(
        honest,
        record={**record, "seal": seal_of(record)},
        predictions=predictions,
        scores=scores,
        test_set=replace(honest.test_set, labels=said, pixels_sha256=pixels),
    )
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(forged)

    failed = {check.name for check in verify(leaderboard, "latest", build_catalog()) if not check.passed}
    assert "items" in failed


@pytest.mark.parametrize(
    "statement",
    ["update run set model = 'super_model'", "update cost set latency_e2e_ms_p50 = 0.001", "update cost set macs = 1"],
)
def test_changed_tables_of_runs_and_costs_are_found(leaderboard, tmp_path, statement):
    """A name or a cost changed beside the record fails the verification."""
    path = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(leaderboard.database.path)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
        target.execute(statement)
        target.commit()

    failed = {check.name for check in verify(Leaderboard(path), "latest", build_catalog()) if not check.passed}
    assert failed == {"run and cost tables"}


def test_a_withdrawn_run_does_not_verify(tmp_path):
    """What was withdrawn is consistent, and is not to be relied on."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", limit=16, timing=False)))
    leaderboard.invalidate("latest", "trained on the test split")

    failed = [check.name for check in verify(leaderboard, "latest", build_catalog()) if not check.passed]
    assert failed == ["not withdrawn"]


def test_an_edited_plugin_is_another_run_within_one_process(tmp_path):
    """A catalog built after the edit knows another plugin; the one built before keeps what it loaded."""
    path = tmp_path / "mine.py"
    path.write_text("x = 1\n", encoding="utf-8")
    before = build_catalog([path]).reports[-1].origin.sha256
    path.write_text("x = 2\n", encoding="utf-8")

    assert build_catalog([path]).reports[-1].origin.sha256 != before


def test_a_metric_that_is_named_twice_is_computed_once():
    """The same metric twice is one metric."""
    spec = RunSpec(model="tiny_cnn", dataset="synthetic", limit=16, timing=False, metrics=("accuracy", "accuracy"))

    assert [item.metric for item in evaluate(spec).scores] == ["accuracy"]
