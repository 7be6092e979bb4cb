"""Integer drawing on a canvas of palette indices, addressed in the units of the face and not in pixels.

A face unit is 1/128 of half the head's height; u grows to the right, v downwards, (0, 0) is the middle of
the head. The canvas holds for every sub-pixel its (u, v), so turning, scaling and moving a face costs one map
and no shape needs to know about them. Every shape is a test on integers: no rounding differs anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Units = NDArray[np.int32]

IMAGE_SIDE = 64
SUBPIXELS = 2
SIDE = IMAGE_SIDE * SUBPIXELS
HALF_DEGREE = 115
"""1/115 is close to the tangent of half a degree, so that n/115 turns by about n degrees, in whole numbers."""
MAP_BITS = 16
HEAD_HALF_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is, in half sub-pixels.

    Size in 1/1024 face unit a half sub-pixel, roll in degrees (clockwise), yaw as the shift of the nose in face units
    (to the viewer's right).
    """

    center_x: int
    center_y: int
    units_per_step: int
    roll: int
    yaw: int

    def turn(self) -> tuple[int, int, int]:
        """Cosine, sine and their common denominator: the rational point of the circle at half angle roll/115."""
        square = HALF_DEGREE * HALF_DEGREE
        return square - self.roll * self.roll, 2 * HALF_DEGREE * self.roll, square + self.roll * self.roll


@dataclass(frozen=True, slots=True)
class Curve:
    """The parabola through (center - half_width, left), (center, middle) and (center + half_width, right)."""

    center: int
    half_width: int
    left: int
    middle: int
    right: int

    def moved(self, ends: int, middle: int) -> Curve:
        """The same curve with its ends and its middle moved down by so many units."""
        return Curve(self.center, self.half_width, self.left + ends, self.middle + middle, self.right + ends)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the canvas: its inks and the face coordinates of its sub-pixels."""

    inks: NDArray[np.uint8]
    u: Units
    v: Units

    def paint(self, mask: Mask, ink: int) -> None:
        """Give the masked sub-pixels an ink."""
        self.inks[mask] = ink

    def ellipse(self, u: int, v: int, half_width: int, half_height: int) -> Mask:
        """The sub-pixels inside an upright ellipse; half axes up to 160 units fit 32 bits."""
        across, down = self.u - u, self.v - v
        across *= across
        down *= down
        across *= half_height * half_height
        down *= half_width * half_width
        across += down
        return across <= half_width * half_width * half_height * half_height

    def band(self, upper: Curve, lower: Curve) -> Mask:
        """The sub-pixels below `upper` and above `lower`, between the ends of `upper`."""
        inside = self.below(upper)
        inside &= ~self.below(lower)
        inside &= np.abs(self.u - upper.center) <= upper.half_width
        return inside

    def below(self, curve: Curve) -> Mask:
        """The sub-pixels on a curve or below it."""
        width = curve.half_width
        across = self.u - curve.center
        height = across * (curve.left + curve.right - 2 * curve.middle)
        height += (curve.right - curve.left) * width
        height *= across
        return (self.v - curve.middle) * np.int32(2 * width * width) >= height


class Canvas:
    """SIDE x SIDE palette indices (uint8, 0 at first) under a head in a given pose."""

    def __init__(self, pose: Pose) -> None:
        self.inks = np.zeros((SIDE, SIDE), dtype=np.uint8)
        self.pose = pose
        steps = np.arange(1, 2 * SIDE, 2, dtype=np.int32)
        across, down = steps[None, :] - np.int32(pose.center_x), steps[:, None] - np.int32(pose.center_y)
        cosine, sine, whole = pose.turn()
        unit = pose.units_per_step << (MAP_BITS - 10)
        cosine, sine = cosine * unit // whole, sine * unit // whole
        self.u = (across * cosine + down * sine) >> MAP_BITS
        self.v = (down * cosine - across * sine) >> MAP_BITS
        self.turned_u = self._yawed(self.u)

    def _yawed(self, u: Units) -> Units:
        """Coordinates on the turned face: the nose moves by the yaw, the outline stays, as on a sphere."""
        square = HEAD_HALF_WIDTH * HEAD_HALF_WIDTH
        bulge = np.maximum(square - u * u, 0)
        bulge *= self.pose.yaw
        bulge //= square
        turned: Units = u - bulge
        return turned

    def head(self, left: int, top: int, right: int, bottom: int) -> Window:
        """The window that covers a rectangle of the head's outline (face units)."""
        rows, columns = self._cover(left, top, right, bottom)
        return Window(self.inks[rows, columns], self.u[rows, columns], self.v[rows, columns])

    def face(self, left: int, top: int, right: int, bottom: int) -> Window:
        """The window that covers a rectangle of the face's surface, which yaw turns (face units)."""
        yaw = self.pose.yaw
        rows, columns = self._cover(left + min(yaw, 0), top, right + max(yaw, 0), bottom)
        return Window(self.inks[rows, columns], self.turned_u[rows, columns], self.v[rows, columns])

    def _cover(self, left: int, top: int, right: int, bottom: int) -> tuple[slice, slice]:
        """Rows and columns of the smallest rectangle that holds the four corners, one sub-pixel wider."""
        cosine, sine, whole = self.pose.turn()
        step = whole * self.pose.units_per_step
        corners = [(u, v) for u in (left, right) for v in (top, bottom)]
        columns = [(self.pose.center_x + ((u * cosine - v * sine) << 10) // step) >> 1 for u, v in corners]
        rows = [(self.pose.center_y + ((u * sine + v * cosine) << 10) // step) >> 1 for u, v in corners]
        return _span(rows), _span(columns)


def _span(places: list[int]) -> slice:
    return slice(max(min(places) - 1, 0), max(max(places) + 2, 0))
