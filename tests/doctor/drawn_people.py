"""Pictures of drawn people: several of one person, and the copies that circulate of a picture."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image, ImageOps

from ferbench_synthetic.attributes import draw_attributes
from ferbench_synthetic.camera import develop
from ferbench_synthetic.expression import CLASSES, play
from ferbench_synthetic.features import draw_features
from ferbench_synthetic.head import draw_glasses, draw_hair, draw_head, draw_walls
from ferbench_synthetic.inks import palette
from ferbench_synthetic.person import draw_person, draw_pose
from ferbench_synthetic.random_words import RandomWords
from ferbench_synthetic.raster import Canvas


def portrait(person: int, shot: int = 0, side: int = 100, expression: int | None = None) -> Image.Image:
    """A picture of a drawn person; every shot has a pose, a light, a noise and an expression of its own.

    With another `expression` the rest of the shot stays as it is, as in the next frame of a video.
    """
    moment = f"person {person}, shot {shot}"
    played = shot if expression is None else expression
    identity = RandomWords(f"person {person}")
    attributes = replace(draw_attributes(identity), resolution=64, blur=0, occlusion="none", light="normal")
    drawn = draw_person(attributes, identity)
    canvas = Canvas(draw_pose(attributes, RandomWords(f"{moment}, pose")))
    draw_walls(canvas, identity)
    draw_head(canvas, drawn, attributes.hair)
    label = CLASSES[(person + played) % len(CLASSES)]
    draw_features(canvas, drawn, play(label, RandomWords(f"person {person}, expression {played}")))
    draw_hair(canvas, drawn, attributes.hair, identity)
    draw_glasses(canvas, drawn, attributes)
    picture = Image.fromarray(develop(canvas.inks, palette(drawn), attributes, RandomWords(f"{moment}, light")))
    return encoded(picture.resize((side, side), Image.Resampling.BICUBIC), 95)


def encoded(picture: Image.Image, quality: int) -> Image.Image:
    """The picture as a JPEG file of a quality gives it back."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def resized(picture: Image.Image, factor: float, quality: int = 75) -> Image.Image:
    """The picture enlarged or reduced, and encoded again."""
    size = (round(picture.width * factor), round(picture.height * factor))
    return encoded(picture.resize(size, Image.Resampling.BILINEAR), quality)


def mirrored(picture: Image.Image, quality: int = 90) -> Image.Image:
    """The picture turned left to right, and encoded again."""
    return encoded(ImageOps.mirror(picture), quality)
