"""Weights and images that anybody can recreate bit by bit: no checkpoint and no picture needs to be stored.

Every number comes from the Philox4x64-10 counter generator, keyed by the SHA-256 of a text, through integer arithmetic
and single correctly rounded float64 operations, so it is the same on every machine.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

# Four independent uniform integers 0..65535, added: their mean and standard deviation.
SUM_MEAN = 131070.0
SUM_STD = math.sqrt(4.0 * (65536.0**2 - 1.0) / 12.0)
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
#: The same for pixels up to 255, rounded to float32 before they are used in float64.
PIXEL_MEAN = np.array([123.675, 116.28, 103.53], dtype=np.float32).astype(np.float64)
PIXEL_STD = np.array([58.395, 57.12, 57.375], dtype=np.float32).astype(np.float64)
GRID = 7


def fill_state_dict(state_dict: Mapping[str, Tensor]) -> None:
    """Overwrite every float tensor in place, from its name and shape alone; batch counters become 0.

    Values are rounded to float32 once, whatever the dtype of the tensor.
    """
    for name, tensor in state_dict.items():
        if tensor.is_floating_point():
            has_bias = f"{name.rpartition('.')[0]}.bias" in state_dict
            values = _values(name, tuple(tensor.shape), has_bias).astype(np.float32)
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
        elif name.endswith("num_batches_tracked"):
            tensor.zero_()


def state_dict_sha256(state_dict: Mapping[str, Tensor]) -> str:
    """Hex digest over names and little-endian bytes, in order."""
    digest = hashlib.sha256()
    for name, tensor in state_dict.items():
        digest.update(name.encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def make_images(size: int, count: int = 4) -> NDArray[np.uint8]:
    """(count, size, size, 3) RGB: 7 x 7 coloured tiles, darkened by an eighth, under five bits of noise."""
    return np.stack([_image(size, index) for index in range(count)])


def normalise(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(B, H, W, 3) RGB -> (B, 3, H, W), with ImageNet mean and standard deviation, as torchvision computes it."""
    scaled = images.astype(np.float32) / np.float32(255)
    return np.ascontiguousarray(((scaled - IMAGENET_MEAN) / IMAGENET_STD).transpose(0, 3, 1, 2))


def normalise_mmcv(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(B, H, W, 3) RGB -> (B, 3, H, W), as mmcv computes it: float64 twice, each result rounded to float32."""
    centred = (images - PIXEL_MEAN).astype(np.float32)
    scaled = (centred * (1 / PIXEL_STD)).astype(np.float32)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))


def _words(key: str, count: int) -> NDArray[np.uint64]:
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.Philox(key=int.from_bytes(digest[:8], "big")).random_raw(count)


def _near_normal(key: str, count: int) -> NDArray[np.float64]:
    """Mean 0, variance 1: the sum of the four 16-bit quarters of each word, standardised."""
    quarters = _words(key, count).view(np.uint16).reshape(count, 4)
    return (quarters.sum(axis=1, dtype=np.int64) - SUM_MEAN) / SUM_STD


def _values(name: str, shape: tuple[int, ...], has_bias: bool) -> NDArray[np.float64]:
    count = math.prod(shape)
    z = _near_normal(name, count)
    match name.rpartition(".")[2]:
        case "running_var":
            return 1.0 + 0.1 * np.abs(z)
        case "running_mean" | "bias":
            return 0.1 * z
        case "weight" if len(shape) > 1:
            # Wide 3 x 3 kernels are damped, because IR-50 stacks 42 of them without an activation after the sum.
            gain = 0.6 if shape[2:] == (3, 3) and shape[1] >= 16 else 1.0
            return gain * z / math.sqrt(count // shape[0])
        case "weight" if not has_bias:  # slopes of a PReLU
            return 0.25 + 0.1 * z
        case _ if len(shape) == 1:  # gains: normalisation weights, layer scale
            return 1.0 + 0.1 * z
        case _:  # tokens, position embeddings, bias tables
            return 0.5 * z


def _image(size: int, index: int) -> NDArray[np.uint8]:
    tiles = (_words(f"ferbench-image/{size}/{index}/grid", GRID * GRID * 3) >> np.uint64(56)).reshape(GRID, GRID, 3)
    noise = (_words(f"ferbench-image/{size}/{index}/noise", size * size * 3) >> np.uint64(59)).reshape(size, size, 3)
    enlarged = np.kron(tiles, np.ones((size // GRID, size // GRID, 1), dtype=np.uint64))
    return (enlarged * np.uint64(7) // np.uint64(8) + noise).astype(np.uint8)
