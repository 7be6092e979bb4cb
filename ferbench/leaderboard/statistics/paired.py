"""Two models on the same images: who is right where the other is wrong, and whether chance alone would do that.

Boards use this on every look, so it is free of scipy and numpy; the tests hold it against scipy.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import TYPE_CHECKING

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

#: Level of all tests: two-sided, after correction where there are several.
ALPHA = 0.05
#: A term of a sum that is smaller than this share of it does not change a float64.
_NEGLIGIBLE = 2.0**-54


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCounts:
    """Numbers of images by who answers them right; `first` and `second` are right alone."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def n(self) -> int:
        """Number of images."""
        return self.both + self.first + self.second + self.neither

    @property
    def discordant(self) -> int:
        """Number of images that exactly one of the two answers right: all that a paired test looks at."""
        return self.first + self.second


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemar:
    """Two-sided p-values of "both are right equally often": the exact test, and its mid-p form."""

    exact: float
    mid_p: float


def paired_counts(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> PairedCounts:
    """Counts over images from (n,) truth values, True where an answer is right."""
    return PairedCounts(
        both=int((first & second).sum()),
        first=int((first & ~second).sum()),
        second=int((second & ~first).sum()),
        neither=int((~first & ~second).sum()),
    )


def mcnemar(first: int, second: int) -> McNemar:
    """McNemar's test on the images that only the first, or only the second of two models answers right.

    With m = first + second and X ~ Binomial(m, 1/2), the fewer of the two being k:

        exact = min(1, 2 P(X <= k)),   mid_p = exact - P(X = k), or 1 - P(X = k) / 2 where first = second

    (McNemar 1947, Psychometrika 12, 153-157; mid-p: Fagerland, Lydersen and Laake 2013, BMC Medical Research
    Methodology 13:91). The exact test never errs more often than it says, and is cautious; mid-p is closer to what it
    says. Both are 1 where no image is discordant. Relative error below 1e-9 for a million images; 0.0 where a value is
    too small for a float64.

    >>> test = mcnemar(1, 7)
    >>> round(test.exact, 4), round(test.mid_p, 4)  # Fagerland et al. report 0.070 and 0.039
    (0.0703, 0.0391)

    Raises:
        UsageError: a count is negative.
    """
    if min(first, second) < 0:
        todo = "Give the numbers of images that exactly one of two models answers right."
        raise UsageError(f"McNemar's test of {first} against {second} images was asked for.", "One is negative.", todo)
    k, m = min(first, second), first + second
    if m == 0:
        return McNemar(exact=1.0, mid_p=1.0)
    point = half_binomial(k, m)
    if first == second:
        return McNemar(exact=1.0, mid_p=1 - point / 2)
    exact = min(1.0, 2 * point * tail_ratio(k, m))
    return McNemar(exact=exact, mid_p=exact - point)


def half_binomial(k: int, m: int) -> float:
    """P(X = k) for X ~ Binomial(m, 1/2)."""
    return exp(lgamma(m + 1) - lgamma(k + 1) - lgamma(m - k + 1) - m * log(2))


def tail_ratio(k: int, m: int) -> float:
    """P(X <= k) / P(X = k) for X ~ Binomial(m, 1/2) and k < m / 2, where the terms fall from k downwards."""
    term = total = 1.0
    for i in range(k, 0, -1):
        term *= i / (m - i + 1)
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return total


def least_significant(discordant: int) -> int | None:
    """Smallest difference in right answers, in images, that the exact test takes for one among so many discordant ones.

    None where no difference would be: for fewer than six discordant images.

    >>> least_significant(100), least_significant(5)  # 61 against 39: p = 0.035; 60 against 40: p = 0.057
    (22, None)
    """
    for difference in range(discordant % 2, discordant + 1, 2):
        fewer = (discordant - difference) // 2
        if mcnemar(fewer, fewer + difference).exact < ALPHA:
            return difference
    return None


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted for their number, in the order given: one below alpha holds with all others at level alpha.

    For p_(1) <= ... <= p_(m), the adjusted p_(i) is the largest of min(1, (m - j + 1) p_(j)) over j <= i (Holm 1979,
    "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65-70). It asks
    nothing of how the tests depend on each other.

    >>> holm([0.01, 0.04, 0.03, 0.005])
    (0.03, 0.06, 0.06, 0.02)
    """
    adjusted = [0.0] * len(p_values)
    so_far = 0.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, position in enumerate(order):
        so_far = max(so_far, min(1.0, (len(p_values) - rank) * p_values[position]))
        adjusted[position] = so_far
    return tuple(adjusted)
