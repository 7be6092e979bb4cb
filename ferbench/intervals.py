"""Confidence intervals of proportions, in closed form."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from ferbench.errors import UsageError


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion, both ends in [0, 1]; (0, 1) where n is 0, since nothing is known then.

    With k successes among n and z the two-sided normal quantile of `confidence`, the ends are

        (k + z²/2 ± z * sqrt(k * (n - k) / n + z²/4)) / (n + z²)

    (Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22, 209-212; no
    continuity correction). Images are taken as independent: frames of one video make the true interval wider.

    >>> low, high = wilson(2829, 3068)
    >>> f"{2829 / 3068:.4f} [{low:.4f}, {high:.4f}]"
    '0.9221 [0.9121, 0.9311]'

    Raises:
        UsageError: `successes` lies outside 0..n, or `confidence` outside the open interval (0, 1).
    """
    if not (0 <= successes <= n and 0 < confidence < 1):
        raise UsageError(
            f"The Wilson interval at confidence {confidence} of {successes} successes among {n} was asked for.",
            "Successes must lie between 0 and n, and the confidence strictly between 0 and 1.",
            "Give counts of images, and the confidence as a fraction such as 0.95.",
        )
    if n == 0:
        return 0.0, 1.0
    z = -NormalDist().inv_cdf((1 - confidence) / 2)
    centre = (successes + z * z / 2) / (n + z * z)
    half = z * sqrt(successes * (n - successes) / n + z * z / 4) / (n + z * z)
    # At the ends the formula gives exactly 0 and 1, and rounding must not say otherwise.
    return (centre - half if successes else 0.0), (centre + half if successes < n else 1.0)
