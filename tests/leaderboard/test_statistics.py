"""Paired tests, Holm's correction and power, against scipy and published examples."""

from __future__ import annotations

import doctest
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from ferbench.errors import UsageError
from ferbench.leaderboard.statistics import groups, paired, power
from ferbench.leaderboard.statistics.paired import holm, least_significant, mcnemar, paired_counts
from ferbench.leaderboard.statistics.power import detectable

COUNTS = st.integers(0, 2000)


@given(first=COUNTS, second=COUNTS)
def test_mcnemar_agrees_with_scipy(first, second):
    """The exact p-value is scipy's binomial test of the discordant images against one half."""
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    # Where p is below 1e-280, scipy may round it to zero.
    assert mcnemar(first, second).exact == pytest.approx(expected, rel=1e-9, abs=1e-280)


@given(first=COUNTS, second=COUNTS)
def test_mid_p_agrees_with_scipy(first, second):
    """Mid-p takes half of what is observed: twice (the smaller tail less half its last term), by scipy's binomial."""
    k, m = min(first, second), first + second
    expected = 2 * binom.cdf(k, m, 0.5) - binom.pmf(k, m, 0.5)
    if first == second:
        expected = 1 - binom.pmf(k, m, 0.5) / 2 if m else 1.0
    assert mcnemar(first, second).mid_p == pytest.approx(expected, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("counts", [(14_500, 15_500), (149_000, 151_000), (499_000, 501_500)])
def test_mcnemar_holds_for_many_images(counts):
    """A million discordant images lose no digit that anybody reads."""
    assert mcnemar(*counts).exact == pytest.approx(binomtest(counts[0], sum(counts)).pvalue, rel=1e-8)


@given(first=COUNTS, second=COUNTS)
def test_mcnemar_is_a_probability_and_takes_no_side(first, second):
    """0 <= mid-p <= exact <= 1, whoever is named first."""
    test = mcnemar(first, second)
    assert 0 <= test.mid_p <= test.exact <= 1
    assert test == mcnemar(second, first)


def test_mcnemar_of_a_published_example():
    """Airway hyper-responsiveness of children, 1 against 7: 0.070 exact, 0.039 mid-p, in Fagerland et al. 2013."""
    test = mcnemar(1, 7)
    assert (round(test.exact, 3), round(test.mid_p, 3)) == (0.070, 0.039)


@pytest.mark.parametrize(
    ("first", "second", "p_value"),
    [
        (121, 59, 4.4344492637551645e-06),
        (150, 86, 3.7159361395713866e-05),
        (300, 361, 0.01954126626690184),
        (0, 5, 0.0625),
        (10, 10, 1.0),
    ],
)
def test_mcnemar_agrees_with_statsmodels(first, second, p_value):
    """What `mcnemar(table, exact=True)` of statsmodels 0.15.0 gives; 150 against 86 are approval ratings in Agresti."""
    assert mcnemar(first, second).exact == pytest.approx(p_value, rel=1e-9)


def test_models_that_never_disagree_are_not_told_apart():
    """Without a discordant image both p-values are 1."""
    assert (mcnemar(0, 0).exact, mcnemar(0, 0).mid_p) == (1.0, 1.0)


def test_negative_counts_are_refused():
    """A number of images is not negative."""
    with pytest.raises(UsageError, match="McNemar"):
        mcnemar(-1, 3)


@given(answers=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_counts_are_those_of_a_loop(answers):
    """Both, one alone, the other alone, neither: counted one image after the other."""
    first, second = (np.array([pair[side] for pair in answers], dtype=bool) for side in (0, 1))
    counts = paired_counts(first, second)
    expected = tuple(answers.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))

    assert (counts.both, counts.first, counts.second, counts.neither) == expected
    assert counts.n == len(answers)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.04, 0.001, 0.5, 0.9, 0.0123, 0.04, 0.0499], [0.2, 0.007, 1.0, 1.0, 0.0738, 0.2, 0.2]),
    ],
)
def test_holm_agrees_with_statsmodels(p_values, adjusted):
    """What `multipletests(p, method="holm")` of statsmodels 0.15.0 gives."""
    assert holm(p_values) == pytest.approx(adjusted, rel=1e-12)


@given(p_values=st.lists(st.floats(0, 1), max_size=12))
def test_holm_keeps_order_and_never_helps(p_values):
    """Adjusted values have the same order, lie between the raw ones and Bonferroni's, and are at most 1."""
    adjusted = holm(p_values)
    pairs = sorted(zip(p_values, adjusted, strict=True))

    assert all(p <= q <= min(1, len(p_values) * p) or q == pytest.approx(p) for p, q in pairs)
    assert [q for _, q in pairs] == sorted(adjusted)


@given(p_values=st.lists(st.floats(0, 1), max_size=8), alpha=st.floats(0.001, 0.5))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values, alpha):
    """Going up from the smallest: stop at the first p-value that exceeds alpha over the number that are left."""
    rejected = 0
    for rank, p in enumerate(sorted(p_values)):
        if p * (len(p_values) - rank) > alpha:
            break
        rejected += 1

    assert sum(q <= alpha for q in holm(p_values)) == rejected


@pytest.mark.parametrize("discordant", range(60))
def test_the_smallest_significant_difference_is_the_smallest(discordant):
    """By scipy's test: it is significant, and every smaller difference of as many discordant images is not."""
    possible = [d for d in range(discordant % 2, discordant + 1, 2) if pvalue_of(discordant, d) < 0.05]

    assert least_significant(discordant) == (min(possible) if possible else None)


def pvalue_of(discordant, difference):
    """Scipy's p-value for a difference in right answers."""
    return binomtest((discordant - difference) // 2, discordant).pvalue if discordant else 1.0


def test_detectable_solves_connors_formula_for_a_published_example():
    """Shares of 0.45 and 0.05 need 22.01 pairs, so 23, at power 0.8 (powerandsamplesize.com): 22 pairs show 0.4."""
    n = ((norm.isf(0.025) * sqrt(0.5) + norm.isf(0.2) * sqrt(0.5 - 0.4**2)) / 0.4) ** 2

    assert ceil(n) == 23
    assert detectable(22, 11) == pytest.approx(0.4, abs=2e-4)


@given(n=st.integers(10, 300_000), share=st.floats(0.001, 1), power_wanted=st.floats(0.5, 0.95))
def test_detectable_is_the_inverse_of_the_sample_size(n, share, power_wanted):
    """The sample size that Connor's formula gives for the difference is the number of images."""
    discordant = round(n * share)
    delta = detectable(n, discordant, power=power_wanted)
    if delta is None:
        return
    psi = discordant / n
    z_a, z_b = norm.isf(0.025), norm.ppf(power_wanted)
    assert 0 < delta <= psi
    assert ((z_a * sqrt(psi) + z_b * sqrt(max(psi - delta**2, 0))) / delta) ** 2 == pytest.approx(n, rel=1e-6)


@pytest.mark.parametrize("discordant", [60, 200, 600])
def test_the_exact_test_has_about_the_stated_power(discordant):
    """At the detectable difference the exact test of 3,068 images finds it in 75 to 82 % of all cases."""
    n = 3068
    delta = detectable(n, discordant)

    assert 0.75 < exact_power(n, discordant / n, delta) < 0.82


def exact_power(n, psi, delta):
    """Chance that the exact test is below 0.05: over all numbers of discordant images, and all ways to split them."""
    share = (psi + delta) / (2 * psi)
    found = 0.0
    for m in range(1, int(n * psi + 8 * sqrt(n * psi)) + 1):
        largest = int(binom.ppf(0.025, m, 0.5))
        while largest >= 0 and 2 * binom.cdf(largest, m, 0.5) >= 0.05:
            largest -= 1
        splits = binom.cdf(largest, m, share) + binom.sf(m - largest - 1, m, share)
        found += binom.pmf(m, n, psi) * splits
    return found


@pytest.mark.parametrize(("n", "discordant"), [(0, 0), (3, 2), (3068, 0), (3068, 3)])
def test_some_sets_can_show_nothing(n, discordant):
    """Without discordant images, or with a handful, no difference of accuracies can be shown."""
    assert detectable(n, discordant) is None


@pytest.mark.parametrize("module", [paired, power, groups])
def test_examples_in_the_docstrings_are_true(module):
    """The doctests of the modules pass."""
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted > 0
