"""Answers that metrics are tried on: drawn ones, and what can be made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.emotions import CANONICAL
from ferbench.results import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

IMAGES = 240
N_LABELS, EXTRA = 5, 2


def drawn(seed: int = 0, images: int = IMAGES) -> Answers:
    """Answers of a model that is right in about half of the images, with two classes that the data set lacks.

    Every image is answered, every class of the set has images, and no two probabilities are equal.
    """
    random = np.random.default_rng(seed)
    classes = N_LABELS + EXTRA
    y_true = np.arange(images) % N_LABELS
    scores = random.normal(size=(images, classes))
    scores[np.arange(images), y_true] += 1.5
    exponentials = np.exp(scores)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return Answers(
        label_mode="strict",
        classes=CANONICAL[:classes],
        n_labels=N_LABELS,
        y_true=y_true.astype(np.int64),
        y_pred=probabilities.argmax(axis=1).astype(np.int64),
        probabilities=probabilities,
    )


def perfect() -> Answers:
    """Every image is answered with its label, and with certainty."""
    answers = drawn()
    certain = np.eye(len(answers.classes))[answers.y_true]
    return replace(answers, y_pred=answers.y_true.copy(), probabilities=certain)


def wrong() -> Answers:
    """No image is answered with its label, and each with certainty."""
    answers = drawn()
    said = (answers.y_true + 1) % N_LABELS
    return replace(answers, y_pred=said, probabilities=np.eye(len(answers.classes))[said])


def taken(answers: Answers, images: NDArray[np.int64] | Sequence[int]) -> Answers:
    """Some of the images, in this order."""
    index = np.asarray(images, dtype=np.int64)
    return replace(
        answers,
        y_true=answers.y_true[index],
        y_pred=answers.y_pred[index],
        probabilities=answers.probabilities[index],
    )


def unanswered(answers: Answers, images: NDArray[np.int64] | Sequence[int]) -> Answers:
    """The same, without an answer to some of the images."""
    y_pred, probabilities = answers.y_pred.copy(), answers.probabilities.copy()
    y_pred[images], probabilities[images] = -1, np.nan
    return replace(answers, y_pred=y_pred, probabilities=probabilities)


def in_class_order(answers: Answers, order: NDArray[np.int64]) -> Answers:
    """The same answers with the classes in another order: position i holds what was at `order[i]`.

    Classes of the data set stay among themselves, as the first ones.
    """
    place = np.argsort(order)
    return replace(
        answers,
        classes=tuple(answers.classes[i] for i in order),
        y_true=place[answers.y_true],
        y_pred=np.where(answers.y_pred < 0, -1, place[answers.y_pred]),
        probabilities=answers.probabilities[:, order],
    )
