"""What the eight expressions do to brows, eyes and mouth, and how one drawn face plays one of them.

The movements follow the action units that the field describes expressions with (Ekman and Friesen's FACS), in
face units (see raster.py) away from the face at rest. Every face plays its expression with its own strength and
with movements of its own, so neighbours overlap: weak disgust looks angry, weak contempt looks neutral.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferbench_synthetic.random_words import RandomWords

CLASSES = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")

STRENGTH_PERCENT = (40, 130)


@dataclass(frozen=True, slots=True)
class Expression:
    """Movements in face units: up, open, wide are positive."""

    brow_lift: int = 0
    brow_inner: int = 0
    """Lift of the inner end above the outer end."""
    brow_arch: int = 0
    upper_lid: int = 0
    lower_lid: int = 0
    mouth_wide: int = 0
    mouth_open: int = 0
    corners: int = 0
    skew: int = 0
    """How much higher one corner of the mouth is than the other; each face chooses its side."""
    lip_raise: int = 0
    wrinkle: int = 0
    """Depth of the folds beside the nose."""
    furrow: int = 0
    """Depth of the fold between the brows."""


MEANS: dict[str, tuple[Expression, ...]] = {
    "neutral": (Expression(),),
    "happiness": (
        Expression(2, 0, 3, -3, 4, 12, 18, 18),
        Expression(0, 0, 2, -3, 5, 10, 0, 17),
    ),
    "sadness": (
        Expression(4, 17, -2, -5, 0, -4, 0, -13),
        Expression(2, 14, 0, -7, 1, -2, 8, -15),
    ),
    "surprise": (
        Expression(17, 0, 7, 7, -2, -11, 32, 0),
        Expression(15, 2, 6, 6, -1, -7, 20, 0),
    ),
    "fear": (
        Expression(12, 13, -3, 7, 1, 9, 15, -9),
        Expression(10, 12, -4, 6, 0, 12, 8, -7, furrow=2),
    ),
    "disgust": (
        Expression(-6, -6, 0, -5, 5, -2, 9, -8, lip_raise=10, wrinkle=8, furrow=2),
        Expression(-4, -5, 1, -4, 4, 2, 0, -10, lip_raise=7, wrinkle=8),
    ),
    "anger": (
        Expression(-10, -17, 0, 0, 2, -3, 0, -7, furrow=7),
        Expression(-9, -16, 1, 2, 1, 4, 18, -5, furrow=6),
    ),
    "contempt": (
        Expression(-1, 0, 1, -4, 1, -1, 0, 4, skew=17),
        Expression(3, 0, 2, -5, 1, 1, 0, 2, skew=20),
    ),
}

OWN_MOVEMENT = Expression(4, 5, 3, 3, 2, 5, 3, 5, 5, 2, 2, 2)
"""The widest movement that a face adds by itself, either way."""


def play(label: str, words: RandomWords) -> Expression:
    """One face's version of an expression: a variant, its strength, and movements of the face's own."""
    mean = words.choice(MEANS[label])
    strength = words.integer(*STRENGTH_PERCENT)
    return Expression(
        *(
            getattr(mean, field.name) * strength // 100 + words.bell(-own, own)
            for field in fields(Expression)
            for own in (getattr(OWN_MOVEMENT, field.name),)
        )
    )
