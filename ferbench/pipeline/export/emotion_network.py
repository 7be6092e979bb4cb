"""A network of which only the emotions are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from ferbench.pipeline.network import named_outputs

if TYPE_CHECKING:
    from torch import Tensor


class EmotionNetwork(nn.Module):
    """What is exported of a network: its `emotion`, whatever else it gives beside that."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, K)"""
        return named_outputs(self.network(images))["emotion"]
