"""Intervals as strips: where a value and the ends of its interval lie between the ends of a shared scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferbench.leaderboard.board import BoardRow

#: Scales begin and end at a multiple of this.
_STEP = 0.01
#: A scale is at most so many times as long as the interval of the best run, or LONGEST_AT_LEAST: one run that is far
#: behind would press all others into a corner. What lies below has a mark at the end of its strip.
_INTERVALS = 3
_LONGEST_AT_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Strip:
    """A value, the ends of its interval, and reported values, each in percent of the length of a scale.

    `below` says that the value lies below the scale: then there is nothing to draw but a mark.
    """

    value: float
    low: float
    high: float
    below: bool
    reported: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of values that several strips share."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies, in percent; values beyond the ends lie at the ends."""
        return round(100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 2)

    def strip(self, value: float, interval: Sequence[float] | None, reported: Iterable[float] = ()) -> Strip:
        """The strip of a value; without an interval its ends are the value itself."""
        low, high = interval or (value, value)
        claims = tuple(self.at(item) for item in reported if self.low <= item <= self.high)
        return Strip(self.at(value), self.at(low), self.at(high), value < self.low, claims)


def scale_of(rows: Sequence[BoardRow], metric: str, reported: Iterable[float] = ()) -> Scale:
    """A scale from one whole percent to another for rows that are given best first, and for reported values."""
    ends = [end for row in rows for end in interval_of(row, metric)]
    if not ends:
        return Scale(0.0, 1.0)
    low, high = interval_of(rows[0], metric)
    longest = max(_INTERVALS * (high - low), _LONGEST_AT_LEAST)
    top = max([*ends, *reported])
    bottom = max(min([*ends, *reported]), top - longest)
    start = max(math.floor(bottom / _STEP + 1e-9) * _STEP, 0.0)
    stop = min(math.ceil(top / _STEP - 1e-9) * _STEP, 1.0)
    return Scale(start, stop) if stop - start >= _STEP else Scale(max(start - _STEP, 0.0), min(stop + _STEP, 1.0))


def interval_of(row: BoardRow, metric: str) -> tuple[float, float]:
    """The ends of the interval of a ranked row, or its value twice."""
    value = row.scores.get(metric) or 0.0
    return row.intervals.get(metric) or (value, value)
