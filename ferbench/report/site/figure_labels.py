"""Which points of a figure are named, and on which side, so that names do not lie on each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a name takes of a figure's width and height.
_WIDTH, _HEIGHT = 0.34, 0.08
#: Left of this a name stands to the right of its point, where it has room.
_LEFT = 0.4

#: Two no-break spaces, as plotly reads them.
_ROOM = "&nbsp;&nbsp;"

ABOVE, BELOW = "top left", "bottom right"


def in_unit_square(points: Sequence[tuple[float, float]], *, log: bool) -> list[tuple[float, float]]:
    """Points scaled so that they fill the square from 0 to 1; x by its logarithm where the axis has it."""
    xs = unit([math.log(x) if log else x for x, _ in points])
    return list(zip(xs, unit([y for _, y in points]), strict=True))


def unit(values: Sequence[float]) -> list[float]:
    """Values scaled to 0 to 1; equal ones are all 0.5."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]


def side(place: tuple[float, float]) -> str:
    """On which side of its point a name stands, as plotly calls it."""
    return BELOW if place[0] < _LEFT else ABOVE


def spaced(name: str, where: str) -> str:
    """A name with some room towards its point; plotly has no other way to ask for it."""
    return f"{_ROOM}{name}" if where == BELOW else f"{name}{_ROOM}"


def with_room(places: Sequence[tuple[float, float]], points: Sequence[tuple[float, float]]) -> set[int]:
    """The positions of the places whose names lie on no other name and on none of the points, the highest first."""
    named: list[int] = []
    for position in sorted(range(len(places)), key=lambda at: -places[at][1]):
        place = places[position]
        near = any(in_reach(place, places[other]) for other in named)
        if not near and not any(covers(place, point) for point in points if point != place):
            named.append(position)
    return set(named)


def in_reach(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether the names of two places would lie on each other."""
    return abs(one[0] - other[0]) < _WIDTH and abs(one[1] - other[1]) < _HEIGHT


def covers(place: tuple[float, float], point: tuple[float, float]) -> bool:
    """Whether the name of a place would lie on a point, and so seem to be its name."""
    right, up = (1, -1) if side(place) == BELOW else (-1, 1)
    across, along = right * (point[0] - place[0]), up * (point[1] - place[1])
    return 0 <= across < _WIDTH and abs(along) < _HEIGHT
