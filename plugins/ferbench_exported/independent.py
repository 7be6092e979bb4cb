"""Networks with one sigmoid a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class Independent(nn.Module):
    """A network whose classes do not exclude each other: its answers are divided by their sum."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, K) that sum to 1; an image for which all answers are 0 keeps them."""
        answers = emotion(self.network(images))
        sums = answers.sum(dim=1, keepdim=True)
        return answers / torch.where(sums == 0, 1, sums)


def emotion(output: Any) -> Tensor:
    """The answers among the outputs of a network: a tensor, the first of several, or the one of this name."""
    if isinstance(output, dict):
        output = output["emotion"]
    answers: Tensor = output[0] if isinstance(output, tuple | list) else output
    return answers
