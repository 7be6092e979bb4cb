"""Whether chance alone would make one of two models look so much worse: one-sided, on the same images."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from ferbench.leaderboard.statistics.paired import half_binomial, paired_counts, tail_ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Answers


def one_sided_exact(lost: int, won: int) -> float:
    """P-value of "no more images are lost than won": McNemar's exact test, one-sided.

    `lost` images only the baseline answers right, `won` ones only the new model. With m = lost + won and X ~
    Binomial(m, 1/2) it is P(X >= lost); 1 where no image is discordant.

    >>> round(one_sided_exact(7, 1), 4)  # (8 + 1) / 2^8
    0.0352
    """
    m = lost + won
    if m == 0:
        return 1.0
    point = half_binomial(lost, m)
    if lost == won:
        return min(1.0, (1 + point) / 2)
    if lost > won:
        return point * tail_ratio(won, m)
    return min(1.0, 1 - point * (tail_ratio(lost, m) - 1))


def one_sided_bootstrap(drops: NDArray[np.float64]) -> float:
    """P-value of "no drop" from (R,) resampled drops: (1 + those that are none) / (R + 1).

    A resample without a value (NaN) counts as one without a drop.
    """
    return float(1 + (~(drops > 0)).sum()) / (1 + len(drops))


def exact_p(name: str, values: tuple[float, float], baseline: Answers, new: Answers) -> float | None:
    """The exact p-value of a metric that is a share of right answers: `accuracy`, or `recall/CLASS`.

    `values` are those of the metric for both sides. None for any other metric, one that only has the name included.
    """
    images = images_behind(name, baseline)
    if images is None:
        return None
    sides = [answers.correct[images] for answers in (baseline, new)]
    if not all(isclose(float(side.mean()), value) for side, value in zip(sides, values, strict=True)):
        return None
    counts = paired_counts(*sides)
    return one_sided_exact(lost=counts.first, won=counts.second)


def is_share(name: str) -> bool:
    """Whether a metric of this name is a share of right answers."""
    return name == "accuracy" or name.startswith("recall/")


def images_behind(name: str, answers: Answers) -> NDArray[np.bool_] | None:
    """(n,) True for the images whose right answers a metric would be the share of, by its name."""
    metric, _, of_class = name.partition("/")
    if name == "accuracy":
        everything: NDArray[np.bool_] = answers.y_true >= 0
        return everything
    if metric == "recall" and of_class in answers.classes[: answers.n_labels]:
        of: NDArray[np.bool_] = answers.y_true == answers.classes.index(of_class)
        return of
    return None
