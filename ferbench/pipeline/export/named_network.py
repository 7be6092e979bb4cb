"""A network whose outputs come one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from ferbench.pipeline.network import named_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


class NamedNetwork(nn.Module):
    """What a network gives under some names, as a tuple in their order: formats of files know no dictionaries."""

    def __init__(self, network: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.network = network
        self.names = tuple(names)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """(B, C, H, W) -> (B, ...) each"""
        outputs = named_outputs(self.network(images))
        return tuple(outputs[name] for name in self.names)
