"""The face detector MTCNN of facenet-pytorch, whose weights come inside that package: nothing is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.cards import DetectorCard
from ferbench.errors import UsageError
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DetectorEntry

if TYPE_CHECKING:
    from ferbench.interfaces import Detector

CARD = DetectorCard(
    name="mtcnn",
    summary="MTCNN of facenet-pytorch: three small networks in a cascade; finds faces from 20 pixels on",
    paper="https://arxiv.org/abs/1604.02878",
    code="https://github.com/timesler/facenet-pytorch",
    licence=(
        "MIT, code and weights; the weights were trained on WIDER FACE and CelebA, which are given out for research"
    ),
    landmarks=True,
)
#: Of a side of a face in pixels, as facenet-pytorch has it.
MIN_FACE_SIZE = 20
#: The networks see faces of 12 pixels: looking for smaller ones would mean to enlarge the picture.
SMALLEST = 12


def open_mtcnn(**options: Any) -> Detector:
    """The detector; the option `min_face_size` is the smallest face that it looks for, in pixels.

    Raises:
        UsageError: another option, or a size that means nothing.
        ExtraNotInstalled: facenet-pytorch is not here, or not in the version that this was tested with.
    """
    min_face_size = options.pop("min_face_size", MIN_FACE_SIZE)
    if options or isinstance(min_face_size, bool) or not isinstance(min_face_size, int) or min_face_size < SMALLEST:
        asked = ", ".join(f"{key}={value}" for key, value in {"min_face_size": min_face_size, **options}.items())
        raise UsageError(
            f"The face detector mtcnn was asked for with {asked}.",
            f"It has one option, min_face_size, a whole number of pixels from {SMALLEST} on.",
            f"Leave --detector-option out for {MIN_FACE_SIZE}; larger is quicker.",
        )
    from ferbench_mtcnn.detector import opened

    return opened(min_face_size)


@hookimpl
def ferbench_detectors() -> list[DetectorEntry]:
    """One entry, `mtcnn`."""
    return [DetectorEntry(card=CARD, open=open_mtcnn)]
