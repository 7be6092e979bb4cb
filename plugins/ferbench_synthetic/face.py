"""One drawn face: what is random about it is decided by its name, and the pixels by that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench_synthetic.attributes import draw_attributes
from ferbench_synthetic.camera import develop
from ferbench_synthetic.expression import play
from ferbench_synthetic.features import draw_features
from ferbench_synthetic.head import draw_glasses, draw_hair, draw_head, draw_mask, draw_walls
from ferbench_synthetic.inks import palette
from ferbench_synthetic.person import draw_person, draw_pose
from ferbench_synthetic.random_words import RandomWords
from ferbench_synthetic.raster import Canvas

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench_synthetic.attributes import FaceAttributes

GENERATOR = "ferbench-synthetic/1"
"""Named in every stream: a change of the drawing that moves a pixel raises the number."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face to draw: its id, which also seeds it, and its expression."""

    id: str
    label: str

    def attributes(self) -> FaceAttributes:
        """The nuisances, without drawing."""
        return draw_attributes(self._words("attributes"))

    def draw(self) -> NDArray[np.uint8]:
        """(64, 64, 3) RGB."""
        attributes, words = self.attributes(), self._words("pixels")
        person = draw_person(attributes, words)
        canvas = Canvas(draw_pose(attributes, words))
        draw_walls(canvas, words)
        draw_head(canvas, person, attributes.hair)
        draw_features(canvas, person, play(self.label, words))
        draw_hair(canvas, person, attributes.hair, words)
        if attributes.occlusion == "mouth":
            draw_mask(canvas, person)
        draw_glasses(canvas, person, attributes)
        return develop(canvas.inks, palette(person), attributes, words)

    def _words(self, purpose: str) -> RandomWords:
        return RandomWords(f"{GENERATOR}/{self.id}/{purpose}")
