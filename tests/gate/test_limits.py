"""Allowances are read as people write them, and refused where they mean nothing."""

from __future__ import annotations

import pytest

from ferbench.errors import UsageError
from ferbench.gate.limits import Limit, Rule, drift_limits, drop_limits, slowdown_limits


def test_limits_are_names_with_numbers():
    """Several metrics, both drifts in one text, the short name of a latency."""
    assert drop_limits(["accuracy=0.5", "recall/fear=5"]) == (
        Limit(name="accuracy", allowed=0.5),
        Limit(name="recall/fear", allowed=5.0),
    )
    assert drift_limits("max_abs_logit=1e-4, flips=0") == (
        Limit(name="max_abs_logit", allowed=1e-4),
        Limit(name="flips", allowed=0.0),
    )
    assert slowdown_limits(["latency_ms_p50=1.2"]) == (Limit(name="latency_model_ms_p50", allowed=1.2),)


@pytest.mark.parametrize(
    "text", ["accuracy", "accuracy=", "=0.5", "accuracy=half", "accuracy=-1", "accuracy=nan", "accuracy=inf"]
)
def test_what_is_no_limit_is_refused(text):
    """A name without a number, a negative one, one that is none."""
    with pytest.raises(UsageError, match="no NAME=NUMBER"):
        drop_limits([text])


def test_unknown_names_are_refused_with_the_known_ones():
    """Drift has two names, latency those that can be timed in turn."""
    with pytest.raises(UsageError, match="max_abs_logit, flips"):
        drift_limits("logits=1")
    with pytest.raises(UsageError, match="latency_model_ms_p50, latency_e2e_ms_p50, latency_ms_p50"):
        slowdown_limits(["peak_mem_mib=2"])


def test_a_name_has_one_limit():
    """Two limits for one metric, the alias of a latency included."""
    with pytest.raises(UsageError, match="accuracy has more than one limit"):
        drop_limits(["accuracy=1", "accuracy=2"])
    with pytest.raises(UsageError, match="more than one limit"):
        slowdown_limits(["latency_ms_p50=1", "latency_model_ms_p50=2"])


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_a_level_lies_between_0_and_1(alpha):
    """Anything else means nothing."""
    with pytest.raises(UsageError, match="between 0 and 1"):
        Rule(alpha=alpha)
