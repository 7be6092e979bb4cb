"""The numbers, worked by hand and against scikit-learn."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from ferbench.results import Answers

from ferbench_imbalance_metric import ENTRIES
from ferbench_imbalance_metric.scores import abaw_score, recall_gmean

CLASSES = ("neutral", "happiness", "sadness", "surprise")


def answers(true, said, n_labels=3):
    """Answers to images of the first classes; -1 is no answer, and a class beyond `n_labels` only the model knows."""
    rows = np.full((len(said), len(CLASSES)), 0.1)
    for row, index in zip(rows, said, strict=True):
        row[:] = np.nan if index < 0 else np.where(np.arange(len(CLASSES)) == index, 0.7, 0.1)
    return Answers(
        label_mode="strict",
        classes=CLASSES,
        n_labels=n_labels,
        y_true=np.array(true, dtype=np.int64),
        y_pred=np.array(said, dtype=np.int64),
        probabilities=rows,
    )


def test_abaw_score_by_hand():
    """Two of three right; F1 is 2/3, 2/3 and no image of the third class: 0.67 * 2/3 + 0.33 * 2/3."""
    assert abaw_score(answers([0, 0, 1], [0, 1, 1])) == pytest.approx(2 / 3)


def test_abaw_score_weighs_f1_twice_as_much():
    """Nine of ten right, the rare class never: F1 is (18/19 + 0) / 2, accuracy 0.9."""
    assert abaw_score(answers([0] * 9 + [1], [0] * 10)) == pytest.approx(0.67 * 9 / 19 + 0.33 * 0.9)


def test_recall_gmean_by_hand():
    """Recalls of 1/2 and 1/8 have the geometric mean 1/4."""
    assert recall_gmean(answers([0, 0] + [1] * 8, [0, 1, 1] + [0] * 7)) == pytest.approx(0.25)


def test_one_class_that_is_never_recognised_makes_the_gmean_zero():
    """However well the others are recognised."""
    assert recall_gmean(answers([0] * 9 + [1], [0] * 10)) == 0


def test_an_image_without_an_answer_is_wrong():
    """It lowers both as any wrong answer does that names no class of the data set."""
    silent, foreign = answers([0, 0, 1], [0, -1, 1]), answers([0, 0, 1], [0, 3, 1])

    assert abaw_score(silent) == abaw_score(foreign) == pytest.approx(0.67 * (2 / 3 + 1) / 2 + 0.33 * 2 / 3)
    assert recall_gmean(silent) == recall_gmean(foreign) == pytest.approx(0.5**0.5)


def test_a_class_without_images_is_left_out():
    """Answers that name it are wrong for the class of the label, and no class of their own."""
    assert recall_gmean(answers([0, 0], [0, 2])) == pytest.approx(0.5)
    assert abaw_score(answers([0, 0], [0, 2])) == pytest.approx(0.67 * 2 / 3 + 0.33 * 0.5)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.card.name)
def test_no_images_have_no_score(entry):
    """NaN, and neither an error nor a warning."""
    assert isnan(entry.compute(answers([], [])))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.card.name)
def test_they_are_what_scikit_learn_says(entry, seed):
    """To the last digits, on drawn answers of a few images: with absent classes, foreign classes and no answers."""
    random = np.random.default_rng(seed)
    drawn = answers(random.integers(0, 3, 9), random.integers(-1, 4, 9))

    assert entry.compute(drawn) == pytest.approx(entry.reference(drawn), abs=1e-12)
