"""What the model sees of a picture: the face in it, preprocessed, in one view or in several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.pipeline.faces import align, cut_square, largest, visible
from ferbench.pipeline.preprocess import channels_first, cut_middle, resize, resized_shape
from ferbench.results import NO_BOX, NO_FACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess
    from ferbench.interfaces import Detector
    from ferbench.pipeline.faces import Box
    from ferbench.spec import Tta

#: Views of one picture.
VIEWS: Mapping[Tta, int] = {"none": 1, "flip": 2, "tencrop": 10}
#: The part of the resized picture's side that each of ten crops shows, unless the weights ask for less.
TEN_CROP_PCT = 0.875


class NoFace(Exception):
    """There is nothing to show to the model; the text is the reason in the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How decoded pictures become what the model sees. `detector` is there where `preprocess.crop` is `detect`."""

    preprocess: Preprocess
    tta: Tta = "none"
    detector: Detector | None = None

    def views(self, pixels: NDArray[np.uint8], box: Box | None) -> list[NDArray[np.uint8]]:
        """(H, W, 3) uint8 RGB, with the face's box where the data set has it -> views, (channels, height, width) each.

        They are bytes in the colour order of the weights; a quarter of the tensors that the model makes of them.
        `none` is the picture as preprocessed; `flip` that and its mirror image; `tencrop` the four corners and the
        middle of the picture resized to size / 0.875 (or further, where the weights' own `crop_pct` is smaller), then
        the mirror image of each.

        Raises:
            NoFace: there is no box, or no face was found.
        """
        preprocess = wider(self.preprocess) if self.tta == "tencrop" else self.preprocess
        resized = resize(preprocess, face_in(pixels, box, preprocess, self.detector))
        cut = corners_and_middle if self.tta == "tencrop" else only_middle
        views = [channels_first(preprocess, part) for part in cut(resized, preprocess.size)]
        return views if self.tta == "none" else views + [view[:, :, ::-1] for view in views]


def wider(preprocess: Preprocess) -> Preprocess:
    """The same, with room for corners around the middle."""
    return replace(preprocess, crop_pct=min(preprocess.crop_pct, TEN_CROP_PCT))


def only_middle(pixels: NDArray[np.uint8], size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """(h, w, 3) -> the (height, width, 3) in its middle."""
    return [cut_middle(pixels, size)]


def corners_and_middle(pixels: NDArray[np.uint8], size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """(h, w, 3) -> its upper, its lower corners and its middle, (height, width, 3) each; FiveCrop of torchvision."""
    height, width = size
    bottom, right = pixels.shape[0] - height, pixels.shape[1] - width
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right)]
    return [*(pixels[y : y + height, x : x + width] for y, x in corners), cut_middle(pixels, size)]


def face_in(
    pixels: NDArray[np.uint8], box: Box | None, preprocess: Preprocess, detector: Detector | None
) -> NDArray[np.uint8]:
    """What `crop` and `align` leave of a picture, (h, w, 3).

    Raises:
        NoFace: there is no box in the picture, or no face was found.
    """
    if detector is not None:
        return found_face(pixels, detector, preprocess)
    if preprocess.crop == "none":
        return pixels
    seen = visible(box, pixels.shape) if box else None
    if seen is None:
        raise NoFace(NO_BOX)
    return cut_square(pixels, seen, preprocess.margin)


def found_face(pixels: NDArray[np.uint8], detector: Detector, preprocess: Preprocess) -> NDArray[np.uint8]:
    """The largest face that a detector finds; aligned, it is as large as it will be resized to."""
    found = largest(detector.detect(pixels), pixels.shape)
    if found is None:
        raise NoFace(NO_FACE)
    face, seen = found
    if preprocess.align == "none" or face.landmarks is None:
        return cut_square(pixels, seen, preprocess.margin)
    return align(pixels, face.landmarks, max(resized_shape(preprocess, 1, 1)), preprocess.margin)
