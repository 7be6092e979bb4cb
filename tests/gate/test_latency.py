"""Two networks are timed in turn; latencies that were measured apart are shown and decide nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ferbench.config import Settings
from ferbench.errors import NotComparable
from ferbench.gate.latency import in_turn, reported_checks, timed_checks
from ferbench.gate.limits import Limit
from ferbench.spec import RunSpec

LIMIT = Limit(name="latency_model_ms_p50", allowed=1.2)


def test_steps_are_taken_in_turn():
    """Baseline, new, baseline, new, from the first warm-up to the last pair."""
    taken = []
    in_turn(lambda: taken.append("A"), lambda: taken.append("B"))
    timed = taken[-1000:]

    assert timed == ["A", "B"] * 500


def test_a_network_that_takes_twice_as_long_has_a_ratio_of_two(monkeypatch):
    """Of steps that wait for 10 and 20 ms."""
    monkeypatch.setattr("ferbench.gate.latency.PAIRS", 9)
    found = in_turn(lambda: time.sleep(0.010), lambda: time.sleep(0.020))

    assert found.ratio == pytest.approx(2, abs=0.3)
    assert found.baseline_ms == pytest.approx(10, abs=3)
    assert found.new_ms == pytest.approx(20, abs=4)


@pytest.mark.parametrize("field", ["latency_model_ms_p50", "latency_e2e_ms_p50"])
def test_networks_are_loaded_and_timed(catalog, field, monkeypatch, tmp_path):
    """A network beside itself passes a ratio of 50, and no ratio passes 0.001."""
    monkeypatch.setattr("ferbench.gate.latency.PAIRS", 15)
    spec = RunSpec(model="tiny_cnn", dataset="synthetic", limit=4, threads=1)
    limits = [Limit(name=field, allowed=allowed) for allowed in (50.0, 0.001)]
    sha256 = catalog.models.get("tiny_cnn").entry.card.weights[0].sha256
    passed, failed = timed_checks(limits, spec, sha256, spec, catalog, Settings.load())

    assert (passed.outcome, failed.outcome) == ("passed", "failed")
    assert passed.baseline > 0
    assert passed.new > 0


def test_other_weights_are_not_those_of_the_baseline(catalog):
    """Random ones in the place of trained ones."""
    spec = RunSpec(model="tiny_cnn", dataset="synthetic", limit=4, threads=1)
    with pytest.raises(NotComparable, match=r"Their SHA-256 is random:0, and the baseline's 3e7dea5a"):
        timed_checks([LIMIT], replace(spec, weights="random"), "3e7dea5ae78f5f3d", spec, catalog, Settings.load())


def test_latencies_that_were_measured_apart_are_reported():
    """Ten times as slow on another day is no finding; a record that holds none, or nonsense, is none either."""
    (check,) = reported_checks([LIMIT], {"latency_model_ms_p50": 1.0}, {"latency_model_ms_p50": 10.0})
    (empty,) = reported_checks([LIMIT], {"latency_model_ms_p50": "soon"}, {})

    assert (check.outcome, check.baseline, check.new, check.worse_by) == ("reported", 1.0, 10.0, None)
    assert "--baseline-weights" in check.because
    assert (empty.baseline, empty.new) == (None, None)
