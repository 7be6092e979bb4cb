"""What a page says of a run's answers: who was taken for whom, class by class, and how far to trust confidence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ferbench.intervals import wilson
from ferbench.pipeline.score import answers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.results import Answers, Predictions

#: As many as the metric `ece` has, so that the two say the same.
BINS = 15
NO_ANSWER = "no answer"
#: Shares of a row from which on a cell of the confusion matrix is shown one step stronger: answers that are right, and
#: those that are wrong, of which few matter already.
_RIGHT = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.85, 0.93)
_WRONG = (0.015, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.45)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """A class with n images, `right` of which were answered right. None is a share of nothing.

    `low` and `high` are the ends of the 95 % Wilson interval of the recall. `counts` are its answers by column, and
    `shares` the same as shares of n; `heat` is how strongly a cell stands out, 0 to 8.
    """

    name: str
    n: int
    right: int
    recall: float | None
    low: float | None
    high: float | None
    precision: float | None
    f1: float | None
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    heat: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The n images whose confidence lies in (low, high]: mean confidence and share of right answers; None if n is 0."""

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNumbers:
    """Strict answers in numbers. `columns` are what was answered: classes of the data set first, NO_ANSWER last.

    `ece` is sum over bins of n_b / m |accuracy_b - confidence_b| with m answered images, NaN without any.
    """

    columns: tuple[str, ...]
    classes: tuple[ClassRow, ...]
    bins: tuple[Bin, ...]
    answered: int
    ece: float


def run_numbers(predictions: Predictions, data_classes: ClassOrder) -> RunNumbers:
    """The numbers of a run over the classes of its data set.

    Raises:
        ValueError, KeyError: labels and classes do not fit each other.
    """
    answers = answers_of(predictions, data_classes, "strict")
    counts = confusion(answers)
    columns = (*answers.classes, NO_ANSWER)
    kept = [index for index in range(len(columns)) if index < answers.n_labels or counts[:, index].any()]
    answered_as = counts.sum(axis=0)
    bins = reliability(answers)
    return RunNumbers(
        columns=tuple(columns[index] for index in kept),
        classes=tuple(
            class_row(name, counts[index, kept].tolist(), index, int(answered_as[index]))
            for index, name in enumerate(data_classes)
        ),
        bins=bins,
        answered=int(answers.answered.sum()),
        ece=expected_error(bins),
    )


def confusion(answers: Answers) -> NDArray[np.int64]:
    """(labels, classes + 1) images by label and answer; the last column counts images without an answer."""
    width = len(answers.classes) + 1
    # -1, the index of no answer, becomes the last column.
    cells = answers.y_true * width + answers.y_pred % width
    return np.bincount(cells, minlength=answers.n_labels * width).reshape(answers.n_labels, width)


def class_row(name: str, counts: Sequence[int], index: int, answered_as: int) -> ClassRow:
    """A class from its row of counts, in which `index` is its own, and from how often it was answered at all."""
    n, right = sum(counts), counts[index]
    shares = [count / n if n else 0.0 for count in counts]
    low, high = wilson(right, n) if n else (None, None)
    return ClassRow(
        name=name,
        n=n,
        right=right,
        recall=right / n if n else None,
        low=low,
        high=high,
        precision=right / answered_as if answered_as else None,
        f1=2 * right / (n + answered_as) if n + answered_as else None,
        counts=tuple(counts),
        shares=tuple(shares),
        heat=tuple(bisect_right(_RIGHT if at == index else _WRONG, share) for at, share in enumerate(shares)),
    )


def reliability(answers: Answers) -> tuple[Bin, ...]:
    """15 bins of equal width over the largest probability of each answered image."""
    answered = answers.answered
    confidence, hits = answers.probabilities[answered].max(axis=1), answers.correct[answered]
    edges = np.arange(BINS + 1) / BINS
    place = np.searchsorted(edges[1:-1], confidence, side="left")
    n, sure, right = (
        np.bincount(place, weights=weights, minlength=BINS).tolist() for weights in (None, confidence, hits)
    )
    return tuple(
        Bin(
            low=float(edges[index]),
            high=float(edges[index + 1]),
            n=int(n[index]),
            confidence=sure[index] / n[index] if n[index] else None,
            accuracy=right[index] / n[index] if n[index] else None,
        )
        for index in range(BINS)
    )


def expected_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error of bins."""
    gaps = [
        item.n * abs(item.accuracy - item.confidence)
        for item in bins
        if item.accuracy is not None and item.confidence is not None
    ]
    total = sum(item.n for item in bins)
    return sum(gaps) / total if total else float("nan")
