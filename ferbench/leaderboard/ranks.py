"""Ranks from values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def competition_ranks(badness: Sequence[float]) -> list[int]:
    """The rank of each value: one more than the number of values that are smaller, so that equal ones share a rank.

    >>> competition_ranks([0.3, 0.1, 0.3, 0.4])
    [2, 1, 2, 4]
    """
    rank_of: dict[float, int] = {}
    for place, value in enumerate(sorted(badness), start=1):
        rank_of.setdefault(value, place)
    return [rank_of[value] for value in badness]
