"""Costs in bundles: of versions that measured less, and with nothing timed at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace

import pytest

from ferbench.audit.accepting import accept
from ferbench.audit.copies import Shelf
from ferbench.audit.stored_run import verify
from ferbench.bundles.reading import read_bundle
from ferbench.bundles.schema import RECORD
from ferbench.bundles.writing import write_bundle
from ferbench.config import Settings
from ferbench.errors import DataError
from ferbench.leaderboard.store import Leaderboard
from ferbench.pipeline.run import evaluate
from ferbench.results import LATER, Cost, seal_of
from ferbench.spec import RunSpec
from tests.bundles.remaking import remade

NEW = [name for name, item in Cost.__dataclass_fields__.items() if item.metadata.get(LATER)]


@pytest.fixture
def shelf(catalog, tmp_path):
    """Somebody who imports."""
    board = Leaderboard(tmp_path / "board.sqlite")
    return Shelf(catalog=catalog, settings=Settings.load(tmp_path), leaderboard=board, data_root=None, options={})


def with_cost(result, cost, recorded):
    """A run with another cost, of which its record has these fields."""
    record = {**result.record, "cost": recorded}
    del record["seal"]
    return replace(result, cost=cost, record={**record, "seal": seal_of(record)})


def bundle_of(result, catalog, folder):
    """The bundle of a run."""
    own = Leaderboard(folder / "own.sqlite")
    own.record(result)
    write_bundle(own, "latest", catalog, folder / "run.ferbench")
    return folder / "run.ferbench"


@pytest.fixture
def earlier(shared, catalog, tmp_path):
    """A bundle of a version that measured no noise."""
    cost = replace(shared.result.cost, **dict.fromkeys(NEW))
    recorded = {name: value for name, value in asdict(cost).items() if name not in NEW}
    return bundle_of(with_cost(shared.result, cost, recorded), catalog, tmp_path)


def test_a_bundle_of_an_earlier_version_is_imported(shared, shelf, catalog, earlier):
    """What nobody measured then is None in the table, absent from the record, and no contradiction of the two."""
    run, new = accept(earlier, shelf)
    cost = shelf.leaderboard.cost(run)

    assert new
    assert {name: cost[name] for name in NEW} == dict.fromkeys(NEW)
    assert cost["macs"] == shared.result.cost.macs
    assert not set(NEW) & set(shelf.leaderboard.record_of(run)["cost"])
    assert all(check.passed for check in verify(shelf.leaderboard, run, catalog))


def test_what_the_record_lacks_may_not_stand_in_the_table(shelf, catalog, earlier):
    """A throughput that somebody writes beside a record without one fails the verification."""
    run, _ = accept(earlier, shelf)
    with closing(sqlite3.connect(shelf.leaderboard.database.path)) as connection:
        connection.execute("UPDATE cost SET images_per_s_best = 1e6")
        connection.commit()

    failed = {check.name for check in verify(shelf.leaderboard, run, catalog) if not check.passed}
    assert failed == {"run and cost tables"}


def test_the_noise_comes_along(shared, shelf):
    """A bundle of today carries the noise of the latencies and their repeats."""
    run, _ = accept(shared.path, shelf)
    cost = shelf.leaderboard.cost(run)

    assert cost["latency_model_ms_noise_percent"] == shared.result.cost.latency_model_ms_noise_percent > 0
    assert cost["latency_e2e_repeats"] == shared.result.cost.latency_e2e_repeats >= 6


def test_a_run_of_which_nothing_was_timed_comes_through(shelf, catalog, tmp_path):
    """No throughput where answers were there before, no latency where none was asked for: None all the way."""
    result = evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", limit=16, timing=False), catalog)
    cost = replace(result.cost, images_per_s=None, peak_mem_mib=None)
    path = bundle_of(with_cost(result, cost, asdict(cost)), catalog, tmp_path)

    run, _ = accept(path, shelf)

    timed = ("latency_model_ms_p50", "latency_e2e_ms_p95", "images_per_s", "peak_mem_mib", *NEW)
    assert {name: shelf.leaderboard.cost(run)[name] for name in timed} == dict.fromkeys(timed)
    assert shelf.leaderboard.runs()[0].images_per_s is None


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("batch_size_best", 0, "cost.batch_size_best is 0"),
        ("latency_model_ms_noise_percent", -1, "cost.latency_model_ms_noise_percent is -1"),
        ("latency_e2e_repeats", "many", "cost.latency_e2e_repeats is not a whole number"),
    ],
)
def test_a_cost_that_cannot_be_is_refused(shared, tmp_path, name, value, named):
    """The new fields are checked where they are there."""
    path = remade(
        shared.path, tmp_path / "x.ferbench", lambda documents: documents[RECORD]["cost"].update({name: value})
    )

    with pytest.raises(DataError) as caught:
        read_bundle(path)

    assert named in caught.value.found
