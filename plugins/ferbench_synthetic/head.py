"""Everything on the picture that no expression moves: walls, shoulders, head, hair, glasses, mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench_synthetic.inks import Ink
from ferbench_synthetic.raster import Curve

if TYPE_CHECKING:
    from ferbench_synthetic.attributes import FaceAttributes, Hair
    from ferbench_synthetic.person import Person
    from ferbench_synthetic.random_words import RandomWords
    from ferbench_synthetic.raster import Canvas

SIDES = (-1, 1)


def draw_walls(canvas: Canvas, words: RandomWords) -> None:
    """Two soft shapes behind the person, so that the background tells nothing and is not flat."""
    for ink in (Ink.WALL_FAR, Ink.WALL_NEAR):
        u, v = words.integer(-170, 170), words.integer(-170, 100)
        width, height = words.integer(30, 110), words.integer(30, 110)
        window = canvas.head(u - width, v - height, u + width, v + height)
        window.paint(window.ellipse(u, v, width, height), ink)


def draw_head(canvas: Canvas, person: Person, hair: Hair) -> None:
    """Hair behind, shoulders, neck, ears and the bare face."""
    width = person.head_half_width
    if hair == "long":
        window = canvas.head(-width - 24, -140, width + 24, 170)
        window.paint(window.ellipse(0, 0, width + 18, 138), Ink.HAIR_BACK)
        window.paint(window.ellipse(0, 84, width + 22, 84), Ink.HAIR_BACK)
    window = canvas.head(-150, 108, 150, 260)
    window.paint(window.ellipse(0, 220, 140, 88), Ink.SHIRT)
    window = canvas.head(-44, 90, 44, 160)
    window.paint(window.ellipse(0, 112, 42, 44), Ink.NECK)
    for side in SIDES:
        window = canvas.head(side * width - 16, -24, side * width + 16, 30)
        window.paint(window.ellipse(side * width, 2, 15, 26), Ink.NECK)
    window = canvas.head(-width, -128, width, 128)
    window.paint(window.ellipse(0, 0, width, 128), Ink.SKIN)
    for side in SIDES:
        window = canvas.face(side * 56 - 20, 26, side * 56 + 20, 54)
        window.paint(window.ellipse(side * 56, 40, 18, 12), Ink.BLUSH)


def draw_hair(canvas: Canvas, person: Person, hair: Hair, words: RandomWords) -> None:
    """The fringe: the top of the head above a hairline that is each person's own."""
    temple, crown = words.integer(-66, -36), words.integer(-104, -80)
    parting = words.integer(-22, 22)
    if hair == "none":
        return
    width = person.head_half_width + 6
    window = canvas.head(-width, -138, width, -20)
    line = Curve(0, width, temple + parting, crown, temple - parting)
    window.paint(window.ellipse(0, -2, width, 134) & ~window.below(line), Ink.HAIR)


def draw_glasses(canvas: Canvas, person: Person, attributes: FaceAttributes) -> None:
    """Round frames, with dark lenses where the eyes are to be hidden."""
    dark = attributes.occlusion == "eyes"
    if attributes.glasses == "no" and not dark:
        return
    v, radius = person.eye_height, 34
    for side in SIDES:
        u = side * (person.eye_across + 1)
        window = canvas.face(u - radius, v - radius, u + radius, v + radius)
        lens = window.ellipse(u, v, radius - 5, radius - 7)
        if dark:
            window.paint(lens, Ink.DARK_LENS)
        window.paint(window.ellipse(u, v, radius, radius - 2) & ~lens, Ink.FRAME)
    bridge = Curve(0, 9, v - 2, v - 6, v - 2)
    window = canvas.face(-9, v - 8, 9, v + 4)
    window.paint(window.band(bridge, bridge.moved(5, 5)), Ink.FRAME)


def draw_mask(canvas: Canvas, person: Person) -> None:
    """A mask over nose tip, mouth and chin."""
    width = person.head_half_width - 4
    window = canvas.face(-width, 10, width, 130)
    top = Curve(0, width, 34, 18, 34)
    window.paint(window.ellipse(0, 0, person.head_half_width, 126) & window.below(top), Ink.MASK)
    for v in (56, 76):
        fold = Curve(0, 46, v, v + 8, v)
        window.paint(window.band(fold, fold.moved(3, 3)), Ink.MASK_FOLD)
