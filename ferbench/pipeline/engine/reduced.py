"""Networks in arithmetic of fewer digits than float32, set around their calls and nowhere else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    import torch

    from ferbench.pipeline.engine.choice import Arithmetic

    Forward = Callable[[torch.Tensor], Any]


def in_arithmetic(forward: Forward, arithmetic: Arithmetic, device: torch.device) -> Forward:
    """What a network computes, in an arithmetic: (B, C, H, W) float32 -> as `forward`.

    bf16 and fp16 are torch's autocast: convolutions and matrix products in 16 bits, sums in float32, and what is
    sensitive (softmax, normalisation) as torch's lists of operators have it.
    """

    def inside(images: torch.Tensor) -> Any:
        with surroundings(arithmetic, device):
            return forward(images)

    return inside


def surroundings(arithmetic: Arithmetic, device: torch.device) -> AbstractContextManager[None]:
    """The surroundings in which torch computes so."""
    return tf32() if arithmetic == "tf32" else half(arithmetic, device)


@contextmanager
def half(arithmetic: Arithmetic, device: torch.device) -> Iterator[None]:
    """bf16 or fp16."""
    import torch

    types = {"bf16": torch.bfloat16, "fp16": torch.float16}
    with torch.autocast(device.type, dtype=types[arithmetic]):
        yield


@contextmanager
def tf32() -> Iterator[None]:
    """Matrix products and convolutions of CUDA with 10 bits of mantissa; the strict flags of a run come back after it.

    The flags are those of `ferbench.pipeline.load.plain_float32`: nothing else of a run's arithmetic changes.
    """
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=True):
            yield
    finally:
        torch.set_float32_matmul_precision(before)
