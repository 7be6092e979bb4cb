"""One-sided p-values are those of scipy, of published counts, and of plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferbench.gate.significance import exact_p, images_behind, one_sided_bootstrap, one_sided_exact
from tests.gate.answering import answers, sides

COUNTS = st.integers(0, 2000)


@given(lost=COUNTS, won=COUNTS)
def test_the_exact_test_is_that_of_scipy(lost, won):
    """P(X >= lost) of a binomial with a half, for any counts."""
    expected = binomtest(lost, lost + won, alternative="greater").pvalue if lost + won else 1.0

    assert one_sided_exact(lost, won) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("lost", "won", "expected"), [(0, 0, 1.0), (5, 0, 1 / 32), (0, 5, 1.0), (1, 1, 0.75)])
def test_small_counts_are_those_of_coins(lost, won, expected):
    """Five heads of five tosses have one chance in 32; one of two or more has three in four."""
    assert one_sided_exact(lost, won) == pytest.approx(expected)


def test_fagerland_and_others_one_sided():
    """1 against 7, the airway example of Fagerland et al. 2013: half of their two-sided 0.070."""
    assert one_sided_exact(7, 1) == pytest.approx(9 / 256)


def test_the_bootstrap_counts_draws_without_a_drop():
    """(1 + draws at or below zero) / (R + 1); a draw without a value is one of them."""
    assert one_sided_bootstrap(np.array([1.0, 2.0, 0.0, -1.0])) == 3 / 5
    assert one_sided_bootstrap(np.array([1.0, np.nan, 2.0])) == 2 / 4
    assert one_sided_bootstrap(np.ones(99)) == 1 / 100


def test_recall_is_tested_on_its_class_alone():
    """3 of the 4 discordant images have the class: 0 against 3."""
    labels = [0] * 5 + [1] * 5
    baseline, new = (
        answers([True] * 10, labels),
        answers([False, True, True, True, True] + [True, True] + [False] * 3, labels),
    )

    assert exact_p("recall/fear", (1.0, 0.4), baseline, new) == pytest.approx(1 / 8)
    assert exact_p("accuracy", (1.0, 0.6), baseline, new) == pytest.approx(1 / 16)


def test_a_metric_that_only_has_the_name_is_not_taken_for_it():
    """The exact test is for the share of right answers, whatever else is called accuracy."""
    baseline, new = sides(both=5, lost=3, won=1)

    assert exact_p("accuracy", (8 / 9, 6 / 9), baseline, new) == pytest.approx(5 / 16)
    assert exact_p("accuracy", (0.5, 0.4), baseline, new) is None
    assert exact_p("uar", (8 / 9, 6 / 9), baseline, new) is None
    assert images_behind("recall/contempt", baseline) is None
