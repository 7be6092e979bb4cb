"""The palette: what each index on the canvas stands for, and its colour in one picture."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from ferbench_synthetic.person import shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench_synthetic.person import Person


class Ink(IntEnum):
    """Palette indices; the canvas starts as WALL."""

    WALL = 0
    WALL_NEAR = 1
    WALL_FAR = 2
    SHIRT = 3
    NECK = 4
    SKIN = 5
    SHADE = 6
    HAIR = 7
    HAIR_BACK = 8
    BROW = 9
    SCLERA = 10
    IRIS = 11
    PUPIL = 12
    SPARKLE = 13
    LASHES = 14
    LIPS = 15
    MOUTH = 16
    TEETH = 17
    TONGUE = 18
    FRAME = 19
    DARK_LENS = 20
    MASK = 21
    MASK_FOLD = 22
    BLUSH = 23


FIXED: dict[Ink, tuple[int, int, int]] = {
    Ink.SCLERA: (250, 248, 242),
    Ink.PUPIL: (18, 16, 20),
    Ink.SPARKLE: (255, 255, 255),
    Ink.MOUTH: (74, 22, 28),
    Ink.TEETH: (250, 246, 236),
    Ink.TONGUE: (204, 92, 96),
    Ink.FRAME: (40, 36, 44),
    Ink.DARK_LENS: (30, 30, 38),
    Ink.MASK: (150, 190, 210),
    Ink.MASK_FOLD: (118, 160, 184),
}


def palette(person: Person) -> NDArray[np.uint8]:
    """(len(Ink), 3) RGB colours of one person's picture."""
    red, green, blue = person.skin
    colours = FIXED | {
        Ink.WALL: person.walls[0],
        Ink.WALL_NEAR: person.walls[1],
        Ink.WALL_FAR: person.walls[2],
        Ink.SHIRT: person.shirt,
        Ink.NECK: shifted(person.skin, -30),
        Ink.SKIN: person.skin,
        Ink.SHADE: shifted(person.skin, -44),
        Ink.HAIR: person.hair,
        Ink.HAIR_BACK: shifted(person.hair, -18),
        Ink.BROW: shifted(person.hair, -24),
        Ink.IRIS: person.iris,
        Ink.LASHES: shifted(person.hair, -40),
        Ink.LIPS: person.lips,
        Ink.BLUSH: (min(red + 12, 255), max(green - 20, 0), max(blue - 14, 0)),
    }
    return np.array([colours[ink] for ink in Ink], dtype=np.uint8)
