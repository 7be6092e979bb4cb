"""Weights and pictures that anybody can recreate bit by bit, so that no checkpoint and no picture is stored here.

The official network was run on them once, and what it gave is in dan_7.json and dan_8.json. Every number comes from the
Philox4x64-10 generator, keyed by the first eight bytes of the SHA-256 of a text: a tensor's name, or a picture's.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

SIZE, TILES = 224, 7
MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
#: Mean and standard deviation of the sum of four independent uniform integers from 0 to 65535.
SUM_MEAN = 131070.0
SUM_STD = math.sqrt(4 * (65536.0**2 - 1) / 12)


@cache
def golden(num_classes: int) -> Any:
    """What the official network gave with the recipe's weights, for the recipe's four pictures."""
    return json.loads((Path(__file__).parent / f"dan_{num_classes}.json").read_text(encoding="utf-8"))


def fill(state_dict: Mapping[str, Tensor]) -> None:
    """Overwrite every tensor in place, from its name and shape alone."""
    for name, tensor in state_dict.items():
        if tensor.is_floating_point():
            values = _values(name, tuple(tensor.shape)).astype(np.float32)
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
        else:
            tensor.zero_()


def pictures() -> NDArray[np.uint8]:
    """(4, 224, 224, 3) RGB: coloured tiles under five bits of noise."""
    return np.stack([_picture(number) for number in range(4)])


def tensor_of(images: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) RGB -> (B, 3, H, W) float32, with the statistics of ImageNet"""
    scaled = (images.astype(np.float32) / np.float32(255) - MEAN) / STD
    return torch.from_numpy(np.ascontiguousarray(scaled.transpose(0, 3, 1, 2)))


def _values(name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    words = _words(name, math.prod(shape)).view(np.uint16).reshape(-1, 4)
    z = (words.sum(axis=1, dtype=np.int64) - SUM_MEAN) / SUM_STD
    leaf = name.rpartition(".")[2]
    if leaf == "running_var":
        return 1 + 0.1 * np.abs(z)
    if leaf in {"running_mean", "bias"}:
        return 0.1 * z
    if len(shape) == 1:
        return 1 + 0.1 * z
    gain = 0.6 if shape[2:] == (3, 3) and shape[1] >= 16 else 1.0
    return gain * z / math.sqrt(math.prod(shape[1:]))


def _picture(number: int) -> NDArray[np.uint8]:
    key = f"ferbench-image/{SIZE}/{number}"
    tiles = (_words(f"{key}/grid", TILES * TILES * 3) >> np.uint64(56)).reshape(TILES, TILES, 3)
    noise = (_words(f"{key}/noise", SIZE * SIZE * 3) >> np.uint64(59)).reshape(SIZE, SIZE, 3)
    side = SIZE // TILES
    enlarged = tiles.repeat(side, axis=0).repeat(side, axis=1)
    return (enlarged * np.uint64(7) // np.uint64(8) + noise).astype(np.uint8)


def _words(key: str, count: int) -> NDArray[np.uint64]:
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.Philox(key=int.from_bytes(digest[:8], "big")).random_raw(count)
