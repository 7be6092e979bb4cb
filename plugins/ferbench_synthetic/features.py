"""Brows, eyes, nose and mouth: the parts of the face that an expression moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench_synthetic.inks import Ink
from ferbench_synthetic.raster import Curve

if TYPE_CHECKING:
    from ferbench_synthetic.expression import Expression
    from ferbench_synthetic.person import Person
    from ferbench_synthetic.raster import Canvas

SIDES = (-1, 1)
PARTED = 5
"""Gap between the lips, in face units, from which on the inside of the mouth shows."""


def draw_features(canvas: Canvas, person: Person, expression: Expression) -> None:
    """Paint everything that moves, from the nose outwards."""
    draw_nose(canvas, person, expression)
    for side in SIDES:
        draw_eye(canvas, person, expression, side)
        draw_brow(canvas, person, expression, side)
    draw_mouth(canvas, person, expression)


def draw_eye(canvas: Canvas, person: Person, expression: Expression, side: int) -> None:
    """The white between two lids, an iris that the lids cut, and the line of the upper lid."""
    u, v, width = side * person.eye_across, person.eye_height, person.eye_half_width
    window = canvas.face(u - width - 1, v - 30, u + width + 1, v + 22)
    upper = Curve(u, width, v, v - max(person.eye_opening + expression.upper_lid, 2), v)
    lower = Curve(u, width, v, v + max(person.eye_opening * 3 // 5 - expression.lower_lid, 1), v)
    opening = window.band(upper, lower)
    window.paint(opening, Ink.SCLERA)
    window.paint(opening & window.ellipse(u, v - 2, 11, 12), Ink.IRIS)
    window.paint(opening & window.ellipse(u, v - 2, 6, 7), Ink.PUPIL)
    window.paint(opening & window.ellipse(u - 4, v - 6, 3, 4), Ink.SPARKLE)
    window.paint(window.band(upper.moved(-2, -4), upper.moved(2, 0)), Ink.LASHES)


def draw_brow(canvas: Canvas, person: Person, expression: Expression, side: int) -> None:
    """A tapered bow over the eye; `brow_inner` tilts it, so that anger frowns and sadness pleads."""
    u, width, thick = side * person.eye_across, person.eye_half_width + 6, person.brow_thickness
    height = person.brow_height - expression.brow_lift
    inner, outer = height - expression.brow_inner, height + expression.brow_inner // 3 + 3
    left, right = (inner, outer) if side > 0 else (outer, inner)
    middle = (inner + outer) // 2 - 5 - expression.brow_arch
    window = canvas.face(u - width, height - 42, u + width, height + 34)
    upper = Curve(u - 4 * side, width, left, middle, right)
    window.paint(window.band(upper, upper.moved(thick // 2, thick)), Ink.BROW)


def draw_nose(canvas: Canvas, person: Person, expression: Expression) -> None:
    """A shaded tip, the folds beside it that disgust deepens, and the furrow between the brows."""
    tip = person.nose_length
    window = canvas.face(-52, person.brow_height - 10, 52, tip + 30)
    base = Curve(0, 15, tip - 4, tip + 8, tip - 4)
    window.paint(window.band(base, base.moved(2, 5)), Ink.SHADE)
    ridge = Curve(0, 12, tip - 34, tip - 40 - expression.wrinkle, tip - 34)
    if expression.wrinkle > 2:
        window.paint(window.band(ridge, ridge.moved(3, expression.wrinkle // 2 + 1)), Ink.SHADE)
    if expression.furrow > 2:
        brow = person.brow_height
        window.paint(window.ellipse(0, brow + 8, expression.furrow // 3 + 1, 10), Ink.SHADE)
    if expression.wrinkle > 3:
        for side in SIDES:
            fold = Curve(side * 32, 14, tip + 2 + 12 * (side > 0), tip + 4, tip + 2 + 12 * (side < 0))
            window.paint(window.band(fold, fold.moved(2, 4)), Ink.SHADE)


def draw_mouth(canvas: Canvas, person: Person, expression: Expression) -> None:
    """Two lips between two curves; where they part, the dark inside with teeth and tongue shows."""
    width = max(person.mouth_half_width + expression.mouth_wide, 12)
    height, gap = person.mouth_height, max(expression.mouth_open, 0)
    left = height - expression.corners - expression.skew * 2 // 3
    right = height - expression.corners + expression.skew // 3
    upper = Curve(0, width, left, height - gap // 3 - max(expression.lip_raise, 0) // 2, right)
    lower = Curve(0, width, left, height + gap - gap // 3, right)
    window = canvas.face(-width - 2, height - 50, width + 2, height + 56)
    lip = person.lip_thickness
    window.paint(window.band(upper.moved(-3, -lip - max(expression.lip_raise, 0) // 3), lower.moved(3, lip)), Ink.LIPS)
    if gap < PARTED:
        window.paint(window.band(upper.moved(-1, -1), upper.moved(2, 4)), Ink.MOUTH)
        return
    inside = window.band(upper, lower)
    window.paint(inside, Ink.MOUTH)
    window.paint(inside & window.ellipse(0, height + gap, width * 2 // 3, max(gap // 2, 2)), Ink.TONGUE)
    window.paint(window.band(upper, upper.moved(0, min(gap // 2, 8))), Ink.TEETH)
