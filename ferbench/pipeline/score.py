"""Metrics over predictions, in every label mode that the class sets allow. Needs numpy, never torch or the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.emotions import label_modes
from ferbench.intervals import wilson
from ferbench.results import Answers, Matrix, Score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ferbench.cards import MetricCard
    from ferbench.emotions import ClassOrder, LabelMode
    from ferbench.interfaces import MetricEntry
    from ferbench.results import Predictions

Tables = tuple[tuple[Score, ...], tuple[Matrix, ...]]


def score(predictions: Predictions, data_classes: ClassOrder, metrics: Sequence[MetricEntry]) -> Tables:
    """Scores and matrices of all metrics in all label modes."""
    scores: list[Score] = []
    matrices: list[Matrix] = []
    for mode in label_modes(predictions.classes, data_classes):
        answers = answers_of(predictions, data_classes, mode)
        for metric in metrics:
            value = np.asarray(metric.compute(answers), dtype=np.float64)
            if metric.card.shape == "matrix":
                matrices.append(matrix_of(metric.card, value, answers))
            else:
                scores.extend(scores_of(metric.card, value, answers))
    return tuple(scores), tuple(matrices)


def answers_of(predictions: Predictions, data_classes: ClassOrder, mode: LabelMode) -> Answers:
    """Predictions in one label mode.

    `strict`: the most probable of all the model's classes is the answer, and one outside the data set's set is wrong.
    `mask`: only the classes of the data set are looked at, and their probabilities are renormalised to sum to 1.
    Of equal outputs the first in the model's own order is the answer, as in a plain argmax.
    """
    extra = tuple(name for name in predictions.classes if name not in data_classes) if mode == "strict" else ()
    classes = (*data_classes, *extra)
    columns = predictions.emotion[:, [predictions.classes.index(name) for name in classes]].astype(np.float64)
    probabilities = softmax(columns) if predictions.kind == "logits" else normalised(columns)
    answered = np.isfinite(columns).all(axis=1)
    index = {name: position for position, name in enumerate(classes)}
    return Answers(
        label_mode=mode,
        classes=classes,
        n_labels=len(data_classes),
        y_true=np.array([index[label] for label in predictions.labels], dtype=np.int64),
        y_pred=np.where(answered, said(predictions, index), -1),
        probabilities=probabilities,
    )


def foreign_answers(predictions: Predictions, data_classes: ClassOrder) -> dict[str, int]:
    """Number of images answered with each class that the model knows and the data set lacks, in mode strict."""
    strict = answers_of(predictions, data_classes, "strict")
    counts = np.bincount(strict.y_pred[strict.answered], minlength=len(strict.classes)).tolist()
    return dict(zip(strict.classes[strict.n_labels :], counts[strict.n_labels :], strict=True))


def said(predictions: Predictions, index: Mapping[str, int]) -> NDArray[np.int64]:
    """(n,) index, by `index`, of the class with the largest output among those that it has; rows of NaN give any."""
    known = [(column, index[name]) for column, name in enumerate(predictions.classes) if name in index]
    columns, positions = (np.array(part, dtype=np.int64) for part in zip(*known, strict=True))
    outputs = predictions.emotion[:, columns]
    best: NDArray[np.int64] = positions[np.where(np.isnan(outputs), -np.inf, outputs).argmax(axis=1)]
    return best


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, K) softmax of each row, in float64."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    rows: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return rows


def normalised(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, K) rows divided by their sum; a row that sums to zero becomes uniform, since it prefers nothing."""
    sums = probabilities.sum(axis=1, keepdims=True)
    uniform = np.full_like(probabilities, 1 / probabilities.shape[1])
    rows: NDArray[np.float64] = np.divide(probabilities, sums, out=uniform, where=sums != 0)
    return rows


def scores_of(card: MetricCard, value: NDArray[np.float64], answers: Answers) -> list[Score]:
    """A scalar as one score, a value a class as one score each, named `metric/class`, with n images of that class."""
    if card.shape == "scalar":
        n = int(answers.answered.sum()) if card.over == "answered" else len(answers.y_true)
        return [one_score(card, card.name, float(value), n, answers.label_mode)]
    names = answers.classes[: answers.n_labels]
    supports = np.bincount(answers.y_true, minlength=answers.n_labels).tolist()
    return [
        one_score(card, f"{card.name}/{name}", float(of_class), n, answers.label_mode)
        for name, of_class, n in zip(names, value, supports, strict=True)
    ]


def one_score(card: MetricCard, name: str, value: float, n: int, mode: LabelMode) -> Score:
    """A score over the n images that it stands on, with its interval where the card names one."""
    low, high = wilson(round(value * n), n) if card.interval == "wilson" and 0 <= value <= 1 else (None, None)
    return Score(metric=name, value=value, n=n, label_mode=mode, low=low, high=high)


def matrix_of(card: MetricCard, value: NDArray[np.float64], answers: Answers) -> Matrix:
    """A confusion matrix with the names of its rows (true classes) and columns (predicted ones)."""
    return Matrix(
        metric=card.name,
        label_mode=answers.label_mode,
        rows=answers.classes[: answers.n_labels],
        columns=answers.classes,
        values=tuple(tuple(float(item) for item in row) for row in value),
    )
