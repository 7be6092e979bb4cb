"""The bootstrap: what is drawn, that quick forms are the metrics, and its intervals against scipy and a closed form."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from ferbench.leaderboard.statistics.bootstrap import Measure, drawn, percentile_interval, resampled, subset
from ferbench.leaderboard.statistics.vectorised import quick_form
from ferbench.results import Answers
from ferbench_metrics.accuracy import accuracy, uar
from ferbench_metrics.calibration import nll
from ferbench_metrics.per_class import f1_macro
from tests.strategies import answers

QUICK = (accuracy, uar, f1_macro)
MEASURES = [Measure(name=metric.__name__, compute=metric) for metric in QUICK]


def hard(y_true, y_pred):
    """Answers of three classes with all probability on the prediction."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    return Answers(
        label_mode="strict",
        classes=("neutral", "happiness", "sadness"),
        n_labels=3,
        y_true=y_true,
        y_pred=y_pred,
        probabilities=np.eye(3)[y_pred],
    )


def random_pair(seed=0, counts=(90, 60, 30), shares=(0.9, 0.8)):
    """Two runs on the same labels, right on such shares of the images."""
    rng = np.random.default_rng(seed)
    y_true = np.repeat([0, 1, 2], counts)
    return [hard(y_true, np.where(rng.random(len(y_true)) < share, y_true, (y_true + 1) % 3)) for share in shares]


def interval_of(pair, metric="accuracy", **options):
    """The interval of first minus second."""
    values = resampled(pair, MEASURES, options.get("resamples", 500), options.get("seed", 0)).values[metric]
    return percentile_interval(values[:, 0] - values[:, 1])


@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=50), seed=st.integers(0, 99))
def test_every_resample_has_the_class_counts_of_the_test_set(labels, seed):
    """Images are drawn within their class, and there are as many resamples as asked for."""
    y_true = np.array(labels)
    rows = np.concatenate(list(drawn(y_true, 7, seed)))

    assert rows.shape == (7, len(labels))
    assert all(np.array_equal(np.sort(y_true[row]), np.sort(y_true)) for row in rows)


def test_what_is_drawn_depends_on_the_seed_alone():
    """One seed gives the same resamples, more of them begin with the same, another seed gives others."""
    y_true = np.arange(300) % 3
    few, many, other = (np.concatenate(list(drawn(y_true, *how))) for how in ((5, 1), (4000, 1), (5, 2)))

    assert np.array_equal(few, many[:5])
    assert not np.array_equal(few, other)


def test_every_image_is_drawn_equally_often():
    """Over many resamples each of ten images of a class is a tenth of what is drawn."""
    rows = np.concatenate(list(drawn(np.zeros(10, dtype=int), 20_000, 0)))

    assert np.bincount(rows.ravel()) / rows.size == pytest.approx(np.full(10, 0.1), abs=0.003)


@settings(max_examples=60)
@given(run=answers(), seed=st.integers(0, 99))
def test_quick_forms_are_the_metrics(run, seed):
    """For any answers, every resample has the value that the metric itself gives it."""
    found = resampled([run], MEASURES, 3, seed)
    rows = np.concatenate(list(drawn(run.y_true, 3, seed)))

    for metric in QUICK:
        assert quick_form(metric.__name__, [run], [metric(run)]) is not None
        expected = [[metric(subset(run, row))] for row in rows]
        assert found.values[metric.__name__] == pytest.approx(np.array(expected), abs=1e-12, nan_ok=True)


def test_another_metric_of_a_known_name_is_computed_itself():
    """A plugin's own `accuracy` is not taken for ours: the quick form is proven on the data first."""
    pair = random_pair()
    other = Measure(name="accuracy", compute=lambda run: 1 - accuracy(run))
    found = resampled(pair, [other], 40, 0)

    assert found.values["accuracy"].shape == (10, 2)
    assert found.observed["accuracy"] == pytest.approx([1 - accuracy(run) for run in pair])


def test_a_metric_without_a_quick_form_sees_the_same_images():
    """It gets a quarter of the resamples, the first ones, and its values are those of the metric on them."""
    pair = random_pair()
    found = resampled(pair, [*MEASURES, Measure(name="nll", compute=nll)], 40, 3)
    rows = np.concatenate(list(drawn(pair[0].y_true, 40, 3)))[:10]

    assert found.values["accuracy"].shape == (40, 2)
    assert found.values["nll"] == pytest.approx(np.array([[nll(subset(run, row)) for run in pair] for row in rows]))


def test_intervals_agree_with_scipy():
    """Within one class, where there is nothing to stratify, they are scipy's paired percentile intervals."""
    pair = random_pair(counts=(400, 0, 0), shares=(0.9, 0.85))
    ours = interval_of(pair, resamples=20_000)
    theirs = bootstrap(
        [run.correct.astype(float) for run in pair],
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        paired=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval

    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.0026)


def test_the_spread_is_that_of_the_closed_form():
    """The variance of a difference of accuracies is the sum over classes of n_c times the variance within the class."""
    pair = random_pair(counts=(200, 100, 50))
    values = resampled(pair, MEASURES, 20_000, 0).values["accuracy"]
    gaps = pair[0].correct.astype(float) - pair[1].correct
    variance = sum((pair[0].y_true == c).sum() * gaps[pair[0].y_true == c].var() for c in range(3)) / len(gaps) ** 2

    assert (values[:, 0] - values[:, 1]).std() == pytest.approx(sqrt(variance), rel=0.02)


@pytest.mark.parametrize("metric", ["accuracy", "uar", "f1_macro"])
def test_the_other_way_round_is_the_mirror_image(metric):
    """Second minus first has the same ends with the other signs."""
    pair = random_pair()
    low, high = interval_of(pair, metric)

    assert interval_of(pair[::-1], metric) == pytest.approx((-high, -low))


def test_a_third_run_changes_nothing_between_the_first_two():
    """What is drawn does not depend on how many runs are compared."""
    pair, third = random_pair(), random_pair(seed=5)[0]

    assert interval_of([*pair, third]) == interval_of(pair)


def test_runs_that_never_differ_have_an_interval_without_width():
    """The bootstrap cannot invent a disagreement that was not observed."""
    run = random_pair()[0]

    assert interval_of([run, run]) == (0.0, 0.0)


def test_a_resample_without_a_value_leaves_no_interval():
    """Where a metric does not exist for some resample, no interval is given."""
    run = random_pair()[0]
    silent = replace(run, y_pred=np.full_like(run.y_pred, -1), probabilities=np.full_like(run.probabilities, np.nan))
    values = resampled([run, silent], [Measure(name="nll", compute=nll)], 40, 0).values["nll"]

    assert percentile_interval(values[:, 0] - values[:, 1]) is None
