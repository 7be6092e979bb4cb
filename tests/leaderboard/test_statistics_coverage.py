"""The 95 % intervals hold the truth in 93 to 97 of 100 test sets, over 2,000 simulated ones.

`benchmarks/interval_coverage.py` does the same at the size of real test sets.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.interval_coverage import BALANCED, coverage_of_differences, coverage_of_wilson
from ferbench.intervals import wilson
from ferbench.leaderboard.statistics.bootstrap import Measure


def test_wilson_holds_the_accuracy_in_95_of_100_sets():
    """Over 2,000 simulated test sets of 3,068 images."""
    assert 0.93 <= coverage_of_wilson(images=3068, sets=2000, seed=1) <= 0.97


@pytest.mark.parametrize("accuracy", [0.6, 0.8, 0.9, 0.9221])
def test_the_coverage_of_wilson_is_exact(accuracy):
    """Summed over every possible number of right answers of 3,068, nothing simulated."""
    held = [low <= accuracy <= high for low, high in (wilson(k, 3068) for k in range(3069))]

    assert 0.93 <= binom.pmf(np.arange(3069), 3068, accuracy)[held].sum() <= 0.97


def mean_recall(answers):
    """UAR without scikit-learn, which would take most of the time."""
    return np.mean([answers.correct[answers.y_true == label].mean() for label in range(answers.n_labels)])


@pytest.mark.slow
def test_the_bootstrap_holds_the_difference_in_95_of_100_sets():
    """Accuracy and UAR of two runs, on 2,000 simulated sets of 50 images a class."""
    measures = [
        Measure(name="accuracy", compute=lambda answers: answers.correct.mean()),
        Measure(name="uar", compute=mean_recall),
    ]
    found = coverage_of_differences(BALANCED, measures, images=350, sets=2000, resamples=400, seed=1)

    assert set(found) == {"accuracy", "uar"}
    assert all(0.93 <= share <= 0.97 for share in found.values()), found
