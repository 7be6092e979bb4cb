"""Significance groups: a compact display of which entries of a board cannot be told apart from the best of their group.

Answers are whole numbers here, one bit an image: quick to compare, and boards need no numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.leaderboard.statistics.paired import ALPHA, holm, mcnemar

if TYPE_CHECKING:
    from collections.abc import Sequence


def significance_groups(right: Sequence[int], first: int | None = None) -> tuple[int, ...]:
    """Number of the group, from 1, of each entry. Entries are given best first, with a bit for each right answer.

    Where only the groups of the `first` entries are asked for, others may have 0: that is quicker, and these are given
    the same groups, since all entries take part in the comparisons.

    The first entry opens group 1. Every other entry is compared with it by the exact McNemar test; those whose p-value,
    Holm-adjusted over these comparisons, is not below 0.05 join the group. The best of the rest opens group 2, and so
    on. Two entries of one group may well differ from each other: only the comparison with the first one is made. Groups
    need not be without gaps in the order of entries, since some pairs disagree on fewer images than others.

    >>> significance_groups([0b1111111111, 0b1111111110, 0b0000000000])
    (1, 1, 2)
    """
    group_of = [0] * len(right)
    asked = len(right) if first is None else first
    left, number = list(range(len(right))), 0
    while left and left[0] < asked:
        number += 1
        best, *others = left
        adjusted = holm([exact_p(right[best], right[other]) for other in others])
        left = [other for other, p in zip(others, adjusted, strict=True) if p < ALPHA]
        for position in {best, *others} - set(left):
            group_of[position] = number
    return tuple(group_of)


def exact_p(first: int, second: int) -> float:
    """P-value of the exact McNemar test between two entries."""
    discordant = (first ^ second).bit_count()
    more = first.bit_count() - second.bit_count()
    return mcnemar((discordant + more) // 2, (discordant - more) // 2).exact
