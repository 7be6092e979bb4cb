"""From decoded pixels to the tensor that the weights were trained on, with the arithmetic of the official pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess

_PIL_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}
#: cv2.INTER_NEAREST, INTER_LINEAR and INTER_CUBIC: OpenCV is imported where it resizes, and only there.
_CV2_FILTERS = {"nearest": 0, "bilinear": 1, "bicubic": 2}


def apply(preprocess: Preprocess, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3) uint8 RGB -> (channels, height, width) float32, whatever part of the picture the face is."""
    resized = cut_middle(resize(preprocess, pixels), preprocess.size)
    return normalised(preprocess, channels_first(preprocess, resized))


def channels_first(preprocess: Preprocess, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) RGB -> (channels, h, w) in the colour order of the weights; a view where nothing is computed."""
    return in_order(preprocess, pixels).transpose(2, 0, 1)


def resize(preprocess: Preprocess, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3) -> (h, w, 3), both sides at least those of the tensor."""
    height, width = resized_shape(preprocess, pixels.shape[0], pixels.shape[1])
    if pixels.shape[:2] == (height, width):
        return pixels
    if preprocess.backend == "pil":
        return np.asarray(Image.fromarray(pixels).resize((width, height), _PIL_FILTERS[preprocess.interpolation]))
    import cv2

    resized = cv2.resize(pixels, (width, height), interpolation=_CV2_FILTERS[preprocess.interpolation])
    return np.asarray(resized, dtype=np.uint8)


def resized_shape(preprocess: Preprocess, height: int, width: int) -> tuple[int, int]:
    """Height and width that a picture is resized to; the middle of `preprocess.size` is then cut out of it.

    Sides are rounded down, as torchvision's Resize and timm's evaluation transform do.
    """
    target_height, target_width = (int(side / preprocess.crop_pct) for side in preprocess.size)
    if preprocess.fit == "stretch":
        return target_height, target_width
    if height * target_width <= width * target_height:
        return target_height, target_height * width // height
    return target_width * height // width, target_width


def cut_middle(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w, 3) -> the (height, width, 3) in its middle; of two middles the one that torchvision's CenterCrop takes."""
    if pixels.shape[:2] == size:
        return pixels
    top, left = (round((have - want) / 2) for have, want in zip(pixels.shape, size, strict=False))
    return pixels[top : top + size[0], left : left + size[1]]


def in_order(preprocess: Preprocess, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) RGB -> (h, w, channels) in the colour order of the weights."""
    if preprocess.colour_order == "grey":
        return np.asarray(Image.fromarray(pixels).convert("L"))[:, :, None]
    return pixels[:, :, ::-1] if preprocess.colour_order == "bgr" else pixels


def normalised(preprocess: Preprocess, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(..., channels, h, w) uint8 -> float32, to the last bit as torchvision (up to 1) or mmcv (up to 255) do it.

    mmcv multiplies by 1 / std in float64 and rounds once. Of a float32 number divided by another that is the rounded
    quotient: it lies further from the middle between two float32 numbers than float64 errs.
    """
    mean, std = (np.array(values, np.float32)[:, None, None] for values in (preprocess.mean, preprocess.std))
    values = pixels.astype(np.float32, order="C")
    if preprocess.pixel_max == 1:
        values /= np.float32(255)
    values -= mean
    values /= std
    return values
