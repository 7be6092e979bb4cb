"""Which figures of a paper state a count: rounded or cut off at their last digit, within a small share."""

from __future__ import annotations

import pytest

from ferbench.testing.check import Failed
from ferbench.testing.model_checks.published_cost import MACS, PARAMS, fits, meant


@pytest.mark.parametrize(
    ("stated", "found", "share", "expected"),
    [
        # POSTER V2: 8.482, cut off to 8.4, by a counter that does not see the products of attention.
        (8.4, 8.592, MACS, True),
        (8.4, 8.80, MACS, False),
        # POSTER: 15.7 are two operations for each of 7.857, which as MACs would be twice too many.
        (15.7, 2 * 7.857, MACS, True),
        (15.7, 7.857, MACS, False),
        (12.67, 12.647, MACS, True),
        (12.67, 12.3, MACS, False),
        # The 43.7 M of POSTER V2 leave out 0.1 M beside those that are never used; 58.3 M are all.
        (43.7, 43.85, PARAMS, True),
        (43.7, 58.32, PARAMS, False),
        (71.8, 71.85, PARAMS, True),
        (2.0, 2.9, 0.0, True),
        (2.0, 3.1, 0.0, False),
        (2.5, 2.44, 0.0, False),
        (2.5, 2.46, 0.0, True),
    ],
)
def test_figures_are_as_exact_as_they_are_written(stated, found, share, expected):
    """A figure with one digit after the point may be half of it too large, and nearly one too small."""
    assert fits(stated, found, share) is expected


def test_the_count_that_is_meant_comes_first():
    """Of all ways to count, the nearest; all are shown."""
    found = meant("M parameters", 43.7, 1, {"all": 58.32, "used": 43.85}, PARAMS)

    assert found == "stated 43.7 M parameters, counted 43.85 (used), 58.32 (all)"


def test_a_figure_that_states_nothing_is_refused():
    """With every count that it could have been."""
    with pytest.raises(Failed, match=r"states 50 M parameters, and the network has 43.85 \(used\), 58.32 \(all\)"):
        meant("M parameters", 50.0, 1, {"all": 58.32, "used": 43.85}, PARAMS)
