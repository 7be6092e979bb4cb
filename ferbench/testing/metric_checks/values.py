"""What a metric gives, and whether that lies where its card says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.testing.check import Check, NotApplicable, require
from ferbench.testing.metric_checks.samples import drawn, perfect, unanswered, wrong

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.results import Answers
    from ferbench.testing.subjects import MetricSubject

TOLERANCE = 1e-9


def value_shape(metric: MetricSubject) -> str:
    """Compute it in both label modes; plugin_metric compares the shape with that of the card."""
    card = metric.registered.entry.card
    for answers in (drawn(), masked(drawn())):
        value = metric.value(answers)
        require(not np.isnan(value).all(), "for ordinary answers it gives nothing but NaN")
    return f"it gives {'a number' if card.shape == 'scalar' else f'an array of the shape {card.shape}'}"


def masked(answers: Answers) -> Answers:
    """The same images in the label mode `mask`: no class but those of the data set."""
    from dataclasses import replace

    kept = answers.probabilities[:, : answers.n_labels]
    return replace(
        answers,
        label_mode="mask",
        classes=answers.classes[: answers.n_labels],
        y_pred=kept.argmax(axis=1).astype(np.int64),
        probabilities=kept / kept.sum(axis=1, keepdims=True),
    )


def value_range(metric: MetricSubject) -> str:
    """Values for good, ordinary, bad and missing answers lie within the range of the card."""
    low, high = metric.registered.entry.card.range
    samples = (perfect(), drawn(), drawn(seed=1, images=7), unanswered(drawn(), range(0, 240, 3)), wrong())
    values = np.concatenate([metric.value(answers).ravel() for answers in samples])
    known = values[~np.isnan(values)]
    require(bool(known.size), "every value is NaN")
    outside = known[(known < low - TOLERANCE) | (known > high + TOLERANCE)]
    require(not outside.size, f"{outside[:1]} lies outside of {low:g} to {high:g}")
    return f"values from {known.min():.4g} to {known.max():.4g} lie within {low:g} to {high:g}"


def direction(metric: MetricSubject) -> str:
    """Perfect answers are the best there are: better than ordinary ones, at the end of the range where it has one."""
    card = metric.registered.entry.card
    if card.direction == "none":
        raise NotApplicable("the card says that no direction is better")
    sign, end = (1, card.range[1]) if card.direction == "higher" else (-1, card.range[0])
    best, ordinary, bad = (mean(metric.value(answers)) for answers in (perfect(), drawn(), wrong()))
    require(
        sign * best > sign * ordinary and sign * best > sign * bad,
        f"{card.direction} is better, and perfect answers get {best:.4g}, ordinary ones {ordinary:.4g}, "
        f"wrong ones {bad:.4g}",
    )
    reached = not np.isfinite(end) or abs(best - end) <= TOLERANCE
    require(reached, f"perfect answers get {best:.4g}, and not the best of the range, {end:g}")
    return f"{card.direction} is better: perfect answers get {best:.4g}, ordinary ones {ordinary:.4g}"


def mean(value: NDArray[np.float64]) -> float:
    """One number of any shape of value; NaN where nothing is known."""
    known = value[~np.isnan(value)]
    return float(known.mean()) if known.size else float("nan")


def pure(metric: MetricSubject) -> str:
    """The same answers twice: the same value, and the answers as they were, which a run would not let it change."""
    answers, kept = drawn(), drawn()
    compute = metric.registered.entry.compute
    first, again = (np.asarray(compute(answers), dtype=np.float64) for _ in range(2))
    for name in ("y_true", "y_pred", "probabilities"):
        require(np.array_equal(getattr(answers, name), getattr(kept, name)), f"computing it changes {name}")
    require(np.array_equal(first, again, equal_nan=True), "the same answers get another value the second time")
    return "the same answers get the same value twice, and stay as they are"


def needs(metric: MetricSubject) -> str:
    """A metric that does not declare probabilities gives the same for other probabilities with the same answers."""
    from dataclasses import replace

    if metric.registered.entry.card.needs:
        raise NotApplicable(f"the card says that it needs {', '.join(sorted(metric.registered.entry.card.needs))}")
    answers = drawn()
    certain = replace(answers, probabilities=np.eye(len(answers.classes))[answers.y_pred])
    same = np.allclose(metric.value(answers), metric.value(certain), rtol=0, atol=TOLERANCE, equal_nan=True)
    require(same, "its value depends on the probabilities, which its card does not say")
    return "its value depends on answers and labels alone"


CHECKS = (
    Check(
        name="value-shape",
        kinds=("metric",),
        asks="The value is a number, one number a class, or a matrix, as the card says.",
        mend="Return a float for `scalar`, (n_labels,) for `per_class`, (n_labels, K) for `matrix`; or mend the card.",
        run=value_shape,
    ),
    Check(
        name="range",
        kinds=("metric",),
        asks="Every value lies in the range of the card.",
        mend="Correct MetricCard.range, or the unit: a share is from 0 to 1, not from 0 to 100.",
        run=value_range,
    ),
    Check(
        name="direction",
        kinds=("metric",),
        asks="Perfect answers get the best value of all, in the direction of the card.",
        mend="Correct MetricCard.direction and range, or say direction='none' where no value is better.",
        run=direction,
    ),
    Check(
        name="pure",
        kinds=("metric",),
        asks="The same answers get the same value again, and are left as they are.",
        mend="Work on copies, keep no state, and draw no random numbers: `ferbench verify` expects the same value.",
        run=pure,
    ),
    Check(
        name="needs",
        kinds=("metric",),
        asks="Probabilities are looked at only where the card says that they are needed.",
        mend='Say needs=frozenset({"probabilities"}) on the card, or compute from y_pred and y_true.',
        run=needs,
    ),
)
