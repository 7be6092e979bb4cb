"""Bytes on their way to the device that computes with them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import torch
    from numpy.typing import NDArray


def sent(pixels: NDArray[np.uint8], device: torch.device) -> Callable[[], torch.Tensor]:
    """Send bytes to a device; what comes back gives them as they are there, once.

    To CUDA they travel from now on, whatever the device computes meanwhile, and any thread may send. They are for the
    thread that computes: the work that it gives to the device afterwards waits for them, the thread itself does not.
    """
    import torch

    return sent_to_cuda(pixels, device) if device.type == "cuda" else lambda: torch.from_numpy(pixels).to(device)


def sent_to_cuda(pixels: NDArray[np.uint8], device: torch.device) -> Callable[[], torch.Tensor]:
    """As `sent`: copied on a stream of copies only, from memory that stays in its place."""
    import torch

    copies = stream_of_copies(device)
    with torch.cuda.stream(copies):
        there = torch.from_numpy(pixels).pin_memory().to(device, non_blocking=True)
        done = copies.record_event()

    def arrived() -> torch.Tensor:
        computing = torch.cuda.current_stream(device)
        computing.wait_event(done)
        # The memory is that of the other stream, which would give it away as soon as nobody holds the tensor.
        there.record_stream(computing)
        return there

    return arrived


@lru_cache(maxsize=8)
def stream_of_copies(device: torch.device) -> torch.cuda.Stream:
    """The stream on which everything is copied to a CUDA device."""
    import torch

    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
