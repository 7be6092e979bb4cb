"""One cross-fusion block: image and landmark tokens of one width read each other.

Shapes: B images, T tokens of one stream (50), 2T tokens of both, image before landmark, C channels.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from timm.layers import DropPath, Mlp
from torch import nn

from ferbench_poster.attention import CrossAttention

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster.config import PosterConfig

NORM_EPS = 1e-6


class CrossFusionBlock(nn.Module):
    """Pre-norm cross-attention in both directions, an MLP per stream, and, for RAF-DB, a mix of all tokens."""

    def __init__(self, config: PosterConfig, dim: int, drop_path_rate: float) -> None:
        super().__init__()
        norm = partial(nn.LayerNorm, dim, eps=NORM_EPS)
        tokens = config.num_tokens
        self.norm1 = norm()
        self.attn_img = CrossAttention(dim, config.num_heads)
        self.attn_lm = CrossAttention(dim, config.num_heads)
        self.norm2 = norm()
        self.mlp1 = Mlp(dim, config.mlp_ratio * dim)
        self.mlp2 = Mlp(dim, config.mlp_ratio * dim)
        self.norm3 = norm()
        self.norm4 = norm()
        self.conv = nn.Conv1d(tokens, tokens, 1) if config.token_mixing else nn.Identity()
        self.drop_path = DropPath(drop_path_rate)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 2T, C) -> (B, 2T, C)"""
        image, landmark = x.chunk(2, dim=1)
        # Both directions read what came in, so neither sees what the other has gathered.
        image_source, image_queries = self.norm1(x).chunk(2, dim=1)
        landmark_queries, landmark_source = self.norm3(x).chunk(2, dim=1)
        image = image + self.drop_path(self.attn_img(image_source, image_queries))
        image = image + self.drop_path(self.mlp1(self.norm2(image)))
        landmark = landmark + self.drop_path(self.attn_lm(landmark_source, landmark_queries))
        landmark = landmark + self.drop_path(self.mlp2(self.norm4(landmark)))
        mixed: Tensor = self.conv(torch.cat((image, landmark), dim=1))
        return mixed
