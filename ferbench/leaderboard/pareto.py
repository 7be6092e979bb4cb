"""The Pareto front of a board: rows that no other row beats in one of metric and cost without losing in the other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferbench.leaderboard.views import COST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.board import BoardRow
    from ferbench.leaderboard.views import CostName


def front(rows: Sequence[BoardRow], metric: str, cost: CostName, *, higher_is_better: bool = True) -> list[bool | None]:
    """Whether each of the ranked rows of a board is on the front; None for one that is compared with nothing.

    A row is on the front where no other has a value that is at least as good at a cost that is at most as high, one of
    the two being better: of equal rows all are on it, or none. A row without the value or the cost is not compared.
    Latencies depend on the machine, so only those with one `cost_key` are: the one that most rows have, the one of the
    best row where several have as many.
    """
    points = [point_of(row, metric, cost, sign=-1 if higher_is_better else 1) for row in rows]
    if cost == "latency":
        cost_key = commonest_cost_key([row for row, point in zip(rows, points, strict=True) if point])
        points = [point if row.cost_key == cost_key else None for row, point in zip(rows, points, strict=True)]
    best = undominated({point for point in points if point})
    return [None if point is None else point in best for point in points]


def point_of(row: BoardRow, metric: str, cost: CostName, sign: int) -> tuple[float, float] | None:
    """(badness, cost) of a row, both better where smaller."""
    value, price = row.scores.get(metric), getattr(row, COST_FIELDS[cost])
    return None if value is None or price is None else (sign * value, price)


def commonest_cost_key(rows: Sequence[BoardRow]) -> str | None:
    """The cost key that most rows have; of several the one that comes first."""
    # Counter keeps the order in which it met its keys, and so does most_common among equals.
    return next((key for key, _ in Counter(row.cost_key for row in rows).most_common(1)), None)


def undominated(points: set[tuple[float, float]]) -> set[tuple[float, float]]:
    """The points of which no other is at most as high in both coordinates.

    >>> sorted(undominated({(1, 5), (2, 3), (2, 4), (3, 3), (4, 1)}))
    [(1, 5), (2, 3), (4, 1)]
    """
    best: set[tuple[float, float]] = set()
    lowest = float("inf")
    for badness, price in sorted(points):
        if price < lowest:
            best.add((badness, price))
            lowest = price
    return best
