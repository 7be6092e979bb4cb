"""What varies from face to face besides the expression: the nuisances that a subgroup analysis slices by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ferbench_synthetic.random_words import RandomWords

SkinTone = Literal["light", "medium", "dark"]
Hair = Literal["none", "short", "long"]
Glasses = Literal["no", "yes"]
Yaw = Literal["left", "frontal", "right"]
Roll = Literal["left", "upright", "right"]
Light = Literal["dim", "normal", "bright"]
Blur = Literal[0, 1, 2]
Occlusion = Literal["none", "eyes", "mouth"]
Resolution = Literal[64, 32]


@dataclass(frozen=True, slots=True)
class FaceAttributes:
    """The nuisances of one image; left and right are the viewer's."""

    skin_tone: SkinTone
    hair: Hair
    glasses: Glasses
    yaw: Yaw
    roll: Roll
    """Which way the top of the head leans, by 8 to 24 degrees; upright is within 7."""
    light: Light
    blur: Blur
    """How many times a 3 x 3 box blur was applied."""
    occlusion: Occlusion
    """Dark glasses over the eyes, or a mask over the mouth."""
    resolution: Resolution
    """Side in pixels that the picture was reduced to before it was brought back to 64."""


def draw_attributes(words: RandomWords) -> FaceAttributes:
    """Attributes that are independent of each other and of the expression."""
    return FaceAttributes(
        skin_tone=words.choice(("light", "medium", "dark")),
        hair=words.choice(("none", "short", "short", "long", "long")),
        glasses=words.choice(("no", "no", "no", "yes")),
        yaw=words.choice(("left", "frontal", "right")),
        roll=words.choice(("left", "upright", "upright", "right")),
        light=words.choice(("dim", "normal", "normal", "bright")),
        blur=words.choice((0, 0, 1, 2)),
        occlusion=words.choice(("none",) * 14 + ("eyes", "mouth")),
        resolution=words.choice((64, 64, 64, 32)),
    )
