"""Untrained networks whose parts all speak: what starts as a constant would hide what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

#: Small beside what networks are initialised with, large beside the rounding of float32.
AMOUNT = 0.02


def stir(network: nn.Module) -> None:
    """Add a little to every parameter that is one constant: heads and gates of zeros, scales of ones.

    What is added is uniform in [0, 0.02), always the same, and never negative, so that no scale changes its sign.
    """
    import torch

    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.numel() and bool((parameter == parameter.flatten()[0]).all()):
                parameter.add_(AMOUNT * torch.rand(parameter.shape, generator=generator).to(parameter))
