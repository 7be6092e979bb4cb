"""facenet-pytorch's MTCNN as a Detector, on the CPU."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.errors import ExtraNotInstalled
from ferbench.interfaces import Face

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Later ones want an older torch; other ones might find other faces.
VERSION = "2.5.3"
#: Side of what the first network looks at, in pixels.
_CELL = 12


@dataclass(frozen=True, slots=True)
class Mtcnn:
    """The cascade, with the smallest face that it looks for in pixels."""

    cascade: Any
    min_face_size: int

    def detect(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """(H, W, 3) uint8 RGB -> its faces with five landmarks; the score is the third network's probability."""
        # facenet-pytorch fails on a picture that is too small for any face.
        if min(pixels.shape[:2]) * (_CELL / self.min_face_size) < _CELL:
            return []
        boxes, scores, points = self.cascade.detect(pixels, landmarks=True)
        if boxes is None:
            return []
        return [
            Face(
                box=(float(left), float(top), float(right), float(bottom)),
                score=float(score),
                landmarks=np.asarray(five, np.float64),
            )
            for (left, top, right, bottom), score, five in zip(boxes, scores, points, strict=True)
        ]


def opened(min_face_size: int) -> Mtcnn:
    """The cascade with the weights that come with facenet-pytorch.

    Raises:
        ExtraNotInstalled: facenet-pytorch is not here, or not in the version that this was tested with.
    """
    try:
        found = metadata.version("facenet-pytorch")
        from facenet_pytorch import MTCNN
    except ImportError as error:
        raise not_installed(f"It cannot be imported: {error}.") from error
    if found != VERSION:
        raise not_installed(f"Version {found} is installed, and {VERSION} was tested.")
    return Mtcnn(MTCNN(min_face_size=min_face_size, keep_all=True, device="cpu"), min_face_size)


def not_installed(found: str) -> ExtraNotInstalled:
    """The error for a facenet-pytorch that cannot be used."""
    todo = "Install it with: pip install 'ferbench[detect]'"
    return ExtraNotInstalled("The face detector mtcnn needs facenet-pytorch.", found, todo)
