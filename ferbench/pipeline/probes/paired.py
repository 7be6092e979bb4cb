"""Two sets of answers to the same images: the exact test of which of them is right more often."""

from __future__ import annotations


def sign_test(gained: int, lost: int) -> float:
    """One-sided exact p-value of the sign test: the chance of at least `gained` heads in gained + lost fair tosses.

    Only images that one of the two answers right and the other wrong are tossed: `gained` is right in the second alone,
    `lost` in the first alone. Images that are right or wrong in both say nothing about the difference. The null
    hypothesis is about images, not classes: a large class may decide it, so whoever asks about UAR must look at its
    difference, too.

    >>> sign_test(gained=3, lost=0)
    0.125
    >>> sign_test(gained=0, lost=0)
    1.0
    """
    from scipy.special import bdtrc

    return float(bdtrc(gained - 1, gained + lost, 0.5))
