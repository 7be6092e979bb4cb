"""Who is drawn and how the picture is taken: proportions, colours and pose, drawn to agree with the attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench_synthetic.raster import IMAGE_SIDE, SUBPIXELS, Pose

if TYPE_CHECKING:
    from ferbench_synthetic.attributes import FaceAttributes, Yaw
    from ferbench_synthetic.random_words import RandomWords

Colour = tuple[int, int, int]

SKIN: dict[str, Colour] = {"light": (238, 200, 176), "medium": (202, 150, 112), "dark": (126, 84, 62)}
HAIR: tuple[Colour, ...] = (
    (34, 28, 30),
    (78, 50, 34),
    (128, 82, 44),
    (214, 176, 98),
    (172, 82, 42),
    (168, 164, 160),
)
IRIS: tuple[Colour, ...] = ((84, 54, 34), (62, 104, 74), (58, 98, 150), (40, 34, 34))
HALF_STEPS = 2 * SUBPIXELS
HEAD_HALF_HEIGHT_UNITS = 128


@dataclass(frozen=True, slots=True)
class Person:
    """Proportions in face units (see raster.py) and colours as RGB."""

    head_half_width: int
    eye_across: int
    eye_height: int
    eye_half_width: int
    eye_opening: int
    brow_height: int
    brow_thickness: int
    nose_length: int
    mouth_height: int
    mouth_half_width: int
    lip_thickness: int
    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    shirt: Colour
    walls: tuple[Colour, Colour, Colour]


def draw_person(attributes: FaceAttributes, words: RandomWords) -> Person:
    """A person with the skin tone asked for; everything else is their own."""
    skin = shifted(SKIN[attributes.skin_tone], words.bell(-24, 24))
    return Person(
        head_half_width=words.bell(84, 106),
        eye_across=words.bell(38, 46),
        eye_height=words.bell(-16, -2),
        eye_half_width=words.bell(23, 30),
        eye_opening=words.bell(14, 20),
        brow_height=words.bell(-54, -44),
        brow_thickness=words.integer(8, 13),
        nose_length=words.bell(24, 38),
        mouth_height=words.bell(60, 74),
        mouth_half_width=words.bell(32, 44),
        lip_thickness=words.integer(4, 9),
        skin=skin,
        hair=shifted(words.choice(HAIR), words.integer(-12, 16)),
        iris=words.choice(IRIS),
        lips=_lips(skin, words.integer(0, 48)),
        shirt=_any_colour(words),
        walls=(_any_colour(words), _any_colour(words), _any_colour(words)),
    )


def draw_pose(attributes: FaceAttributes, words: RandomWords) -> Pose:
    """Where the head is in the frame: 25 to 31 pixels from its middle to its crown, up to 4 pixels off centre."""
    half_height = words.integer(25 * HALF_STEPS, 31 * HALF_STEPS)
    middle = IMAGE_SIDE * HALF_STEPS // 2
    reach = 4 * HALF_STEPS
    return Pose(
        center_x=middle + words.integer(-reach, reach),
        center_y=middle + words.integer(-reach, reach),
        units_per_step=(HEAD_HALF_HEIGHT_UNITS << 10) // half_height,
        roll=_roll(attributes, words),
        yaw=_yaw(attributes.yaw, words),
    )


def shifted(colour: Colour, by: int) -> Colour:
    """A colour made brighter, or darker where `by` is negative, and kept within 0 to 255."""
    red, green, blue = (min(max(part + by, 0), 255) for part in colour)
    return red, green, blue


def _roll(attributes: FaceAttributes, words: RandomWords) -> int:
    if attributes.roll == "upright":
        return words.integer(-7, 7)
    degrees = words.integer(8, 24)
    return degrees if attributes.roll == "right" else -degrees


def _yaw(yaw: Yaw, words: RandomWords) -> int:
    if yaw == "frontal":
        return words.integer(-6, 6)
    units = words.integer(10, 24)
    return units if yaw == "right" else -units


def _lips(skin: Colour, redness: int) -> Colour:
    red, green, blue = shifted(skin, -34)
    return min(red + redness, 255), max(green - 22 - redness // 3, 0), max(blue - 12 - redness // 4, 0)


def _any_colour(words: RandomWords) -> Colour:
    grey = words.integer(60, 210)
    return grey + words.bell(-60, 45), grey + words.bell(-60, 45), grey + words.bell(-60, 45)
