"""The face cut out of a picture: as a square around its box, or turned onto a template by its five landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ferbench.interfaces import Face

Box = tuple[float, float, float, float]

#: (x, y) of eyes, nose and corners of the mouth in 112 x 112 pixels: the template of ArcFace (`arcface_dst` in
#: `face_align.py` of InsightFace), which is SphereFace's for 96 x 112 with 8 pixels more on either side.
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
TEMPLATE_SIDE = 112


def visible(box: Box, shape: tuple[int, ...]) -> Box | None:
    """The part of a box (left, top, right, bottom) that lies in a picture of (H, W, ...), or None for none of it."""
    left, top, right, bottom = max(box[0], 0.0), max(box[1], 0.0), min(box[2], shape[1]), min(box[3], shape[0])
    return (left, top, right, bottom) if left < right and top < bottom else None


def area(box: Box) -> float:
    """Pixels in a box."""
    return (box[2] - box[0]) * (box[3] - box[1])


def largest(faces: Iterable[Face], shape: tuple[int, ...]) -> tuple[Face, Box] | None:
    """The face of which most is visible in a picture of (H, W, ...), and that part of its box; None without any.

    Of equally large ones it is the surest, then the first.
    """
    seen = [(face, box) for face in faces if (box := visible(face.box, shape))]
    return max(seen, key=lambda found: (area(found[1]), found[0].score), default=None)


def cut_square(pixels: NDArray[np.uint8], box: Box, margin: float) -> NDArray[np.uint8]:
    """(H, W, 3) -> (side, side, 3) around the middle of a box in the picture, black where the picture ends.

    The side is the larger one of the box, times 1 + margin. A face keeps its proportions, as in the crops of RAF-DB
    and AffectNet: stretching a tall box to a square input would widen it.
    """
    left, top, right, bottom = box
    side = max(1, round(max(right - left, bottom - top) * (1 + margin)))
    x, y = round((left + right - side) / 2), round((top + bottom - side) / 2)
    square = np.zeros((side, side, 3), np.uint8)
    height, width = pixels.shape[:2]
    rows, columns = slice(max(y, 0), min(y + side, height)), slice(max(x, 0), min(x + side, width))
    square[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x] = pixels[rows, columns]
    return square


def align(pixels: NDArray[np.uint8], landmarks: NDArray[np.float64], side: int, margin: float) -> NDArray[np.uint8]:
    """(H, W, 3) -> (side, side, 3), turned, scaled and moved so that (5, 2) landmarks come nearest to the template.

    Sampled by OpenCV, bilinear and black outside the picture, whoever resizes otherwise. A margin makes the face
    smaller about the middle.
    """
    import cv2

    middle = TEMPLATE_SIDE / 2
    template = (middle + (TEMPLATE - middle) / (1 + margin)) * (side / TEMPLATE_SIDE)
    turned = cv2.warpAffine(pixels, similarity(landmarks, template), (side, side), flags=cv2.INTER_LINEAR)
    return np.asarray(turned, dtype=np.uint8)


def similarity(points: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) matrix of the rotation, scaling and shift that bring (n, 2) points nearest to n targets; no reflection.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns" (1991). In the complex
    plane it is z -> a z + b with a = sum(conj(p) q) / sum(|p|^2), p and q being points and targets less their means.
    """
    z, w = (pairs[:, 0] + 1j * pairs[:, 1] for pairs in (points, targets))
    p, q = z - z.mean(), w - w.mean()
    a = np.vdot(p, q) / np.vdot(p, p).real
    b = w.mean() - a * z.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
