"""What this machine can do at most: the products that networks are made of, alone, in float32 and bfloat16."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from benchmarks.bars import Bar

if TYPE_CHECKING:
    from collections.abc import Callable

_REPEATS = 15
#: Images, channels and side of the map in the third stage of IR-50; tokens, and widths of an MLP of a transformer.
_IMAGES, _CHANNELS, _SIDE = 8, 256, 14
_TOKENS, _DIM, _HIDDEN = 1184, 768, 3072


def ceilings() -> list[Bar]:
    """GFLOP/s of a convolution and of a linear layer, as torch computes them; a multiply-add is two operations."""
    return [
        Bar(what=f"this machine: {kind} in {name}", value=measured(dtype), unit="GFLOP/s", note=note)
        for kind, measured, note in (
            ("convolutions", convolution, f"3 x 3, {_CHANNELS} channels, {_SIDE} x {_SIDE}, {_IMAGES} images"),
            ("linear layers", linear, f"{_TOKENS} tokens, {_DIM} to {_HIDDEN}"),
        )
        for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16))
    ]


def convolution(dtype: torch.dtype) -> float:
    """GFLOP/s, channels last."""
    images = torch.randn(_IMAGES, _CHANNELS, _SIDE, _SIDE, dtype=dtype).to(memory_format=torch.channels_last)
    weight = torch.randn(_CHANNELS, _CHANNELS, 3, 3, dtype=dtype).to(memory_format=torch.channels_last)
    return gflops(lambda: F.conv2d(images, weight, padding=1), 2 * 9 * images.numel() * _CHANNELS)


def linear(dtype: torch.dtype) -> float:
    """GFLOP/s."""
    tokens, weight = torch.randn(_TOKENS, _DIM, dtype=dtype), torch.randn(_HIDDEN, _DIM, dtype=dtype)
    return gflops(lambda: F.linear(tokens, weight), 2 * tokens.numel() * _HIDDEN)


def gflops(step: Callable[[], object], operations: int) -> float:
    """From the median of some repeats."""
    seconds = []
    with torch.inference_mode():
        for _ in range(_REPEATS):
            started = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - started)
    return operations / statistics.median(seconds) / 1e9
