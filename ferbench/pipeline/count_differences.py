"""How counts by class differ from the official ones, and whether it looks as if classes were exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Classes count as exchanged when the counts are then off by this part of what they are off as they stand.
_BETTER = 0.1


def count_differences(official: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """`fear 73 instead of 74` for every class that differs; [] where the counts are the official ones."""
    return [
        f"{name} {found.get(name, 0):,} instead of {official.get(name, 0):,}"
        for name in dict.fromkeys((*official, *found))
        if found.get(name, 0) != official.get(name, 0)
    ]


def exchanged_classes(official: Mapping[str, int], found: Mapping[str, int]) -> dict[str, str]:
    """Class -> class whose official count it holds, for classes whose counts fit far better when they are exchanged.

    {} where they do not, or where it cannot be told, as in sets with as many pictures of every class. The best
    exchange is the assignment of classes with the smallest sum of differences.
    """
    if set(official) != set(found):
        return {}
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    names = list(official)
    costs = np.array([[abs(found[a] - official[b]) for b in names] for a in names])
    rows, columns = linear_sum_assignment(costs)
    if costs[rows, columns].sum() > _BETTER * costs.trace():
        return {}
    return {names[a]: names[b] for a, b in zip(rows, columns, strict=True) if costs[a, a] > costs[a, b]}
