"""Confidence intervals of proportions."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferbench import intervals
from ferbench.errors import UsageError
from ferbench.intervals import wilson


@st.composite
def _counts(draw):
    n = draw(st.integers(1, 100_000))
    return draw(st.integers(0, n)), n


@given(counts=_counts(), confidence=st.floats(0.01, 0.999))
def test_wilson_agrees_with_scipy(counts, confidence):
    """The closed form gives scipy's Wilson interval without continuity correction."""
    expected = binomtest(*counts).proportion_ci(confidence, method="wilson")
    assert wilson(*counts, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(counts=_counts(), confidence=st.floats(0.01, 0.999))
def test_wilson_holds_the_proportion_and_stays_in_the_unit_interval(counts, confidence):
    """0 <= low <= k/n <= high <= 1, whatever the rounding."""
    successes, n = counts
    low, high = wilson(successes, n, confidence)
    assert 0 <= low <= successes / n <= high <= 1


def test_wilson_is_exact_at_the_ends():
    """No success gives a lower end of exactly 0, success alone an upper end of exactly 1."""
    assert wilson(0, 3068)[0] == 0.0
    assert wilson(3068, 3068)[1] == 1.0


def test_wilson_of_nothing_is_everything():
    """Without images the proportion may be anything."""
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("arguments", [(-1, 5), (6, 5), (0, -1), (1, 5, 0.0), (1, 5, 1.0), (1, 5, 95)])
def test_wilson_refuses_impossible_counts(arguments):
    """Counts outside 0..n and confidences that are no fraction are refused."""
    with pytest.raises(UsageError, match="Wilson"):
        wilson(*arguments)


def test_examples_in_the_docstrings_are_true():
    """The doctests of the module pass."""
    assert doctest.testmod(intervals).failed == 0
    assert doctest.testmod(intervals).attempted > 0
