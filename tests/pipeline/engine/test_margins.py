"""Margins, and what moves them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ferbench.pipeline.engine.margins import FLOOR, changes, comparable, margins

SCORES = arrays(np.float64, (6, 4), elements=st.integers(-40, 40).map(lambda value: value / 8))


def test_a_margin_is_what_lies_between_the_two_best():
    """Whatever the others are."""
    assert margins(np.array([[1.0, 5.0, 3.5], [2.0, 2.0, -9.0]])).tolist() == [1.5, 0.0]


def test_a_row_that_is_not_finite_has_no_margin():
    """Not even one with an infinite best class; a single class has no rival."""
    rows = np.array([[np.nan, 1.0], [np.inf, 1.0], [-np.inf, 1.0], [1.0, 0.0]])

    assert np.isnan(margins(rows)).tolist() == [True, True, True, False]
    assert margins(np.array([[3.0], [np.nan]]))[0] == np.inf


@given(fast=SCORES, plain=SCORES)
def test_a_class_changes_only_within_the_change(fast, plain):
    """Where another class is the best of `plain`, the margin of `fast` is not above the change."""
    flipped = fast.argmax(axis=1) != plain.argmax(axis=1)

    assert (margins(fast)[flipped] <= changes(fast, plain)[flipped]).all()


def test_a_shift_of_all_classes_is_no_change():
    """Only differences of classes decide."""
    scores = np.array([[1.0, 2.0, 4.0]])

    assert changes(scores, scores + 7).tolist() == [0.0]
    assert changes(scores, scores + np.array([0.0, 0.5, -0.25])).tolist() == [0.75]


@pytest.mark.parametrize("shift", [0.0, 3.0, 6.0])
def test_a_probability_moves_as_its_logit_does(shift):
    """Rounding a logit changes the score of an undecided image as much as that of one that is 99.8 % certain."""
    logits = np.array([[0.3 + shift, 0.1, 0.0]])
    exp = np.exp(np.stack([logits, logits + np.array([0.01, 0.0, 0.0])]))
    before, after = (exp / exp.sum(axis=2, keepdims=True)).astype(np.float32)

    assert changes(*(comparable(rows, "probabilities") for rows in (before, after))) == pytest.approx([0.01], rel=1e-3)


def test_what_nobody_answers_is_no_noise():
    """Probabilities below the floor are equal, zeros and what is less among them; logits stay as they are."""
    tiny = np.array([[1.0, 1e-9, 0.0, -1e-12]], np.float32)

    assert comparable(tiny, "probabilities")[0].tolist() == pytest.approx([0.0, *3 * [np.log(FLOOR)]])
    assert comparable(tiny, "logits").tolist() == tiny.astype(np.float64).tolist()
