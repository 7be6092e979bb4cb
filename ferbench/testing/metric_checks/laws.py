"""What must not change a metric: the order of the images, and the order of the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.testing.check import Check, require
from ferbench.testing.metric_checks.samples import EXTRA, N_LABELS, drawn, in_class_order, taken, unanswered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.testing.subjects import MetricSubject

TOLERANCE = 1e-9
#: Another order of the classes of the data set, then of those that only the model knows.
ORDER = np.array([3, 0, 4, 1, 2, *range(N_LABELS + EXTRA - 1, N_LABELS - 1, -1)])


def image_order(metric: MetricSubject) -> str:
    """The same images in another order."""
    answers = unanswered(drawn(), [0, 7])
    shuffled = taken(answers, np.random.default_rng(0).permutation(len(answers.y_true)))
    change = difference(metric.value(answers), metric.value(shuffled))
    require(change <= TOLERANCE, f"its value changes by {change:.2e} when the images stand in another order")
    return "its value does not depend on the order of the images"


def relabelling(metric: MetricSubject) -> str:
    """The same answers with the classes in another order: a number stays, and the numbers of classes move along."""
    answers = unanswered(drawn(), [0, 7])
    before, after = metric.value(answers), metric.value(in_class_order(answers, ORDER))
    change = difference(moved(before), after)
    require(change <= TOLERANCE, f"its value changes by {change:.2e} when the classes stand in another order")
    return "its value moves along with the classes" if before.ndim else "its value stays when the classes are reordered"


def moved(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """A value as it must be with the classes in ORDER: a number as it is, rows and columns in that order."""
    if value.ndim == 0:
        return value
    rows: NDArray[np.float64] = value[ORDER[:N_LABELS]]
    return rows if value.ndim == 1 else rows[:, ORDER]


def difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Largest difference of two values; infinity where only one of them is NaN."""
    if not np.array_equal(np.isnan(one), np.isnan(other)):
        return float("inf")
    return float(np.abs(np.nan_to_num(one) - np.nan_to_num(other)).max(initial=0.0))


CHECKS = (
    Check(
        name="image-order",
        kinds=("metric",),
        asks="The value does not depend on the order of the images.",
        mend="Compute sums and counts over images; neither pair neighbours nor let the first or last image decide.",
        run=image_order,
    ),
    Check(
        name="relabelling",
        kinds=("metric",),
        asks="With the classes in another order a number stays, and the numbers of classes move along.",
        mend="Take classes by their name in answers.classes, never by a fixed position.",
        run=relabelling,
    ),
)
