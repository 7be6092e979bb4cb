"""What a metric makes of what is not there: answers, images of a class, images at all."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from ferbench.testing.check import Check, require
from ferbench.testing.metric_checks.laws import TOLERANCE, difference
from ferbench.testing.metric_checks.samples import IMAGES, drawn, taken, unanswered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.results import Answers
    from ferbench.testing.subjects import MetricSubject

#: Images that get no answer.
SILENT = range(0, IMAGES, 2)


def unanswered_images(metric: MetricSubject) -> str:
    """Half of the images get no answer: they count as wrong, or are left out, as `over` on the card says."""
    card = metric.registered.entry.card
    quietly(metric, unanswered(drawn(), range(IMAGES)))
    with_silence = quietly(metric, unanswered(drawn(), SILENT))
    without = quietly(metric, taken(drawn(), [i for i in range(IMAGES) if i not in SILENT]))
    if card.over == "answered":
        change = difference(with_silence, without)
        require(change <= TOLERANCE, f"images without an answer change it by {change:.2e}, and over='answered'")
        return "images without an answer are left out, as the card says"
    if card.direction == "none" or card.shape == "matrix":
        return "images without an answer break nothing"
    sign = 1 if card.direction == "higher" else -1
    worse = bool((sign * with_silence < sign * without).any()) and not bool(
        (sign * with_silence > sign * without).any()
    )
    return said_worse(worse, card.shape == "per_class")


def said_worse(worse: bool, per_class: bool) -> str:
    """The finding on images without an answer that must count as wrong; a precision may leave them out of a class."""
    require(
        worse or per_class, "images without an answer do not make it worse, and over='all' says that they are wrong"
    )
    return "images without an answer count as wrong" if worse else "images without an answer break nothing"


def absent_class(metric: MetricSubject) -> str:
    """A class of the data set has no images: numbers over all classes stay numbers, without a warning."""
    answers = drawn()
    value = quietly(metric, taken(answers, np.flatnonzero(answers.y_true != 0)))
    scalar = metric.registered.entry.card.shape == "scalar"
    require(not (scalar and np.isnan(value)), "it is NaN when one class has no images")
    return "a class without images breaks nothing"


def no_images(metric: MetricSubject) -> str:
    """No images at all: NaN for a number that could be good or bad, without an error or a warning."""
    card = metric.registered.entry.card
    value = quietly(metric, taken(drawn(), []))
    must = card.shape == "scalar" and card.direction != "none"
    require(not must or bool(np.isnan(value)), f"it is {value} without images, where nothing was measured")
    return "without images it is NaN" if must else "no images break nothing"


def quietly(metric: MetricSubject, answers: Answers) -> NDArray[np.float64]:
    """The value, where even a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return metric.value(answers)


CHECKS = (
    Check(
        name="unanswered",
        kinds=("metric",),
        asks="Images without an answer count as wrong, or are left out, as the card says.",
        mend="Count hits over all images (y_pred is -1 there), or select answers.answered and say over='answered'.",
        run=unanswered_images,
    ),
    Check(
        name="absent-class",
        kinds=("metric",),
        asks="A class without images breaks no number over all classes.",
        mend="Leave classes without images out of means, and give NaN in their place in an array.",
        run=absent_class,
    ),
    Check(
        name="no-images",
        kinds=("metric",),
        asks="Without any image the value is NaN, without an error or a warning.",
        mend='Begin with: if not answers.y_true.size: return float("nan").',
        run=no_images,
    ),
)
