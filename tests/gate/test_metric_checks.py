"""The decision on metrics: what fails, what does not, and by which test."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.errors import NotComparable, UnknownName, UsageError
from ferbench.gate.limits import Limit, Limits, Rule
from ferbench.gate.metric_checks import gated, metric_checks, require_gateable
from tests.gate.answering import answers, sides

CLASSES = ("neutral", "fear")


@pytest.fixture
def judged(catalog):
    """The checks of metrics, written as `accuracy=0.5`, on two sides."""

    def judge(baseline, new, *limits, **rule):
        texts = [text.split("=") for text in limits]
        metrics = [gated(Limit(name=name, allowed=float(allowed)), catalog, CLASSES) for name, allowed in texts]
        return metric_checks(baseline, new, metrics, Rule(**rule))

    return judge


@pytest.mark.parametrize(
    ("lost", "won", "both", "drop", "significant"),
    [
        (30, 2, "failed", "failed", "failed"),
        (8, 2, "passed", "failed", "passed"),
        (5, 0, "passed", "passed", "failed"),
        (2, 2, "passed", "passed", "passed"),
        (2, 30, "passed", "passed", "passed"),
    ],
    ids=["large and sure", "large, perhaps chance", "sure and small", "equal", "better"],
)
def test_what_fails_depends_on_size_and_chance(judged, lost, won, both, drop, significant):
    """By default both; 1,000 images, so 6 more lost than won is a drop of 0.6 points."""
    pair = sides(900 - lost, lost, won, 100 - won)
    found = {
        fail_on: judged(*pair, "accuracy=0.5", fail_on=fail_on)[0].outcome
        for fail_on in ("both", "drop", "significant")
    }

    assert found == {"both": both, "drop": drop, "significant": significant}


def test_an_allowance_is_not_exceeded_by_itself(judged):
    """One image of 200 is 0.5 points, whatever floating point makes of it; two are more."""
    assert [
        judged(*sides(190 - lost, lost, 0, 10), f"accuracy={allowed}", fail_on="drop")[0].outcome
        for lost, allowed in ((1, 0.5), (2, 0.5), (2, 1.0), (3, 1.5), (7, 3.5))
    ] == ["passed", "failed", "passed", "passed", "passed"]


def test_a_check_says_what_it_decided_on(judged):
    """Both values, the drop in points, the exact p-value."""
    (check,) = judged(*sides(80, 10, 2, 8), "accuracy=0.5")

    assert (check.name, check.kind, check.unit, check.allowed) == ("accuracy", "metric", "points", 0.5)
    assert (check.baseline, check.new) == (0.9, 0.82)
    assert check.worse_by == pytest.approx(8.0)
    assert check.p == pytest.approx(79 / 4096)


def test_metrics_that_are_better_lower_drop_upwards(judged):
    """A negative log-likelihood that grows is worse, in its own unit; a smaller one is better."""
    pair = sides(80, 15, 0, 5)
    (worse,) = judged(*pair, "nll=0.1")
    (better,) = judged(*pair[::-1], "nll=0.1")

    assert (worse.outcome, worse.unit, better.outcome) == ("failed", "", "passed")
    assert worse.worse_by == pytest.approx(0.15 * np.log(9))
    assert better.worse_by == pytest.approx(-worse.worse_by)
    assert better.p > 0.99


def test_other_metrics_are_tested_by_the_bootstrap(judged):
    """UAR of two classes of 50: ten lost in one of them is a drop of 10 points that chance hardly makes."""
    labels = np.repeat([0, 1], 50)
    right = np.arange(100) >= 10
    (check,) = judged(answers(np.ones(100), labels), answers(right, labels), "uar=1")

    assert check.outcome == "failed"
    assert check.worse_by == pytest.approx(10.0)
    assert check.p == pytest.approx(1 / 2001)


def test_several_metrics_are_adjusted_together(judged):
    """Two metrics with p = 1/32 each are one with 1/16: neither fails, and each alone would."""
    labels = np.repeat([0, 1], 50)
    baseline, new = answers(np.ones(100), labels), answers(np.arange(100) >= 5, labels)
    (alone,) = judged(baseline, new, "accuracy=0.5")
    together = judged(baseline, new, "accuracy=0.5", "recall/neutral=0.5")

    assert (alone.outcome, alone.p) == ("failed", pytest.approx(1 / 32))
    assert [check.outcome for check in together] == ["passed", "passed"]
    assert [check.p for check in together] == [pytest.approx(1 / 16)] * 2


def test_a_metric_without_a_value_is_not_comparable(judged):
    """The recall of a class without images is no number, and no number drops."""
    with pytest.raises(NotComparable, match="these images give it none"):
        judged(*sides(5, 1, 1), "recall/fear=1")


def test_metrics_that_nothing_can_be_said_about_are_refused(judged):
    """No such metric, no single value, no direction."""
    for limit, error in (("accurcy=1", UnknownName), ("recall=1", UsageError), ("support/fear=1", UsageError)):
        with pytest.raises(error):
            judged(*sides(5, 1, 1), limit)


def test_a_level_below_all_p_values_is_refused(judged):
    """The bootstrap gives nothing below 1/501, so a gate at 0.001 would never fail; the exact test can."""
    with pytest.raises(UsageError, match="could never fail"):
        judged(*sides(5, 1, 1), "nll=1", alpha=0.001)
    assert judged(*sides(50, 40, 0), "accuracy=1", alpha=0.001)[0].outcome == "failed"


@pytest.mark.parametrize(
    ("name", "alpha", "error"),
    [("acuracy", 0.05, UnknownName), ("confusion", 0.05, UsageError), ("uar", 0.001, UsageError)],
)
def test_what_could_never_be_judged_is_refused_before_an_evaluation(catalog, name, alpha, error):
    """By the classes of the baseline alone; what can be judged is let through."""
    drops = (Limit(name=name, allowed=1),)

    with pytest.raises(error):
        require_gateable(Limits(drops=drops, rule=Rule(alpha=alpha)), catalog, CLASSES)
    good = (Limit(name="accuracy", allowed=1), Limit(name="recall/fear", allowed=1))
    require_gateable(Limits(drops=good, rule=Rule(alpha=0.001)), catalog, CLASSES)
