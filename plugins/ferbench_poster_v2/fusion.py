"""What follows the cross-attention at each scale: residual sum and MLP, both with layer scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from timm.layers import DropPath, Mlp
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster_v2.config import ScaleConfig


class FusionMlp(nn.Module):
    """Adds what the landmarks gathered to the image tokens, then refines the sum."""

    def __init__(self, scale: ScaleConfig, mlp_ratio: int, layer_scale_init: float) -> None:
        super().__init__()
        self.gamma1 = nn.Parameter(torch.full((scale.dim,), layer_scale_init))
        self.gamma2 = nn.Parameter(torch.full((scale.dim,), layer_scale_init))
        self.mlp = Mlp(scale.dim, mlp_ratio * scale.dim)
        self.norm = nn.LayerNorm(scale.dim)
        self.drop_path = DropPath(scale.drop_path_rate)

    def forward(self, image: Tensor, attended: Tensor) -> Tensor:
        """(B, w, w, C), (B, w*w, C) -> (B, w, w, C)"""
        x = image + self.drop_path(self.gamma1 * attended.view_as(image))
        out: Tensor = x + self.drop_path(self.gamma2 * self.mlp(self.norm(x)))
        return out
