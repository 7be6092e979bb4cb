"""Channel attention on the class token, which POSTER and POSTER V2 put before their heads.

Paper: Hu et al., Squeeze-and-Excitation Networks, arXiv:1709.01507; here without the narrow middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class SqueezeExcitation(nn.Module):
    """Each channel is weighed between 0 and 1 by what all channels say."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.linear1 = nn.Linear(dim, dim)
        self.linear2 = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, D) -> (B, D)"""
        weights: Tensor = self.linear2(self.linear1(x).relu()).sigmoid()
        return x * weights
