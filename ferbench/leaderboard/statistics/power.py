"""What a test set can show at all: how large a difference must be before a paired test on so many images finds it."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from ferbench.leaderboard.statistics.paired import ALPHA

#: Chance of finding a difference of that size.
POWER = 0.8


def detectable(n: int, discordant: int, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Smallest true difference of two accuracies, as a fraction, that a paired test on n images finds with this power.

    With the share psi = discordant / n of images that exactly one of the two answers right, Connor (1987, "Sample size
    for testing differences in proportions for the paired-sample design", Biometrics 43, 207-211) needs

        n = ((z_a sqrt(psi) + z_b sqrt(psi - delta²)) / delta)²,   z_a = z(1 - alpha / 2),   z_b = z(power)

    images for the difference delta. Solved for delta, that is

        delta = sqrt(psi) (z_a sqrt(n) + z_b sqrt(n + z_b² - z_a²)) / (n + z_b²)

    A normal approximation, which the exact test misses by a little; its power there is smaller. None where that is more
    than psi, since two accuracies cannot differ by more than the share of images that they disagree on.

    >>> f"{detectable(3068, 200):.4f}"  # of 3,068 images 200 are discordant: 1.29 points, or 40 images
    '0.0129'
    """
    z_a, z_b = -NormalDist().inv_cdf(alpha / 2), NormalDist().inv_cdf(power)
    if n < z_a**2:
        return None
    share = discordant / n
    delta = sqrt(share) * (z_a * sqrt(n) + z_b * sqrt(n + z_b**2 - z_a**2)) / (n + z_b**2)
    return delta if 0 < delta <= share else None
