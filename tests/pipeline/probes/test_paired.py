"""The exact sign test against scipy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferbench.pipeline.probes.paired import sign_test


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_the_sign_test_is_a_binomial_test(gained, lost):
    """One-sided, with fair tosses; nothing to toss is no evidence."""
    expected = binomtest(gained, gained + lost, alternative="greater").pvalue if gained + lost else 1.0

    assert sign_test(gained, lost) == pytest.approx(expected, rel=1e-9)
