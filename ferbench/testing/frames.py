"""Frames that face detectors are tried on: drawn faces that come with ferbench on grey, and grey without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ferbench.pipeline.images import decode
from ferbench.pipeline.plugin_calls import open_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ferbench.catalog import Catalog

#: The data set of the drawn faces, and what makes one of them plain to see.
DRAWN = "synthetic"
_PLAIN = {"yaw": "frontal", "roll": "upright", "light": "normal", "blur": "0", "occlusion": "none", "resolution": "64"}
_FACES = 3
_GREY = (118, 118, 118)


def frames(catalog: Catalog) -> tuple[NDArray[np.uint8], ...]:
    """(H, W, 3) uint8 RGB each, of several shapes: faces of 128 and 96 pixels, two of them in one, and plain grey.

    Without the plugin of the drawn faces grey is all there is.
    """
    faces = list(drawn_faces(catalog))
    # The last one lies so far right and low that (left, top, width, height) could be no corners.
    alone = [frame(400, 300, (face, 60 + 90 * place, 90 + 40 * place, 128)) for place, face in enumerate(faces)]
    pair = [frame(320, 240, (faces[0], 10, 60, 128), (faces[1], 180, 80, 96))] if len(faces) > 1 else []
    return (*alone, *pair, frame(97, 113))


def drawn_faces(catalog: Catalog) -> Iterator[Image.Image]:
    """Some faces that are frontal and in good light."""
    if DRAWN not in catalog.datasets:
        return
    registered = catalog.datasets.get(DRAWN)
    opened = open_dataset(registered, None, registered.entry.card.default_split, {})
    plain = [row for row in opened.rows if all(row.attributes.get(name) == value for name, value in _PLAIN.items())]
    for row in plain[:_FACES]:
        yield Image.fromarray(decode(opened.read(row)).pixels)


def frame(width: int, height: int, *placed: tuple[Image.Image, int, int, int]) -> NDArray[np.uint8]:
    """Grey, with faces at (left, top), each as large as its last number says."""
    image = Image.new("RGB", (width, height), _GREY)
    for face, left, top, side in placed:
        image.paste(face.resize((side, side)), (left, top))
    return np.asarray(image)
