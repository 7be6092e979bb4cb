"""Window-based cross-attention: landmark features are the queries that read the image (POSTER V2, sec. 3).

One window covers the whole map at every scale, so no partition takes place.
Shapes: B images, w window side, N = w*w tokens, h heads, d dims per head, C = h*d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster_v2.config import ScaleConfig

POSITION_BIAS_STD = 0.02


def relative_position_index(window_size: int) -> Tensor:
    """(N, N) int64 in 0..(2w-1)^2-1: row of the bias table for query token a and key token b, both row-major."""
    side = torch.arange(window_size)
    y, x = torch.meshgrid(side, side, indexing="ij")
    y, x = y.flatten(), x.flatten()  # (N,)
    dy = y[:, None] - y[None, :] + window_size - 1
    dx = x[:, None] - x[None, :] + window_size - 1
    return dy * (2 * window_size - 1) + dx


class WindowNorm(nn.Module):
    """The image map as normalised tokens."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)

    def forward(self, image: Tensor) -> Tensor:
        """(B, C, w, w) -> (B, w, w, C)"""
        tokens: Tensor = self.norm(image.permute(0, 2, 3, 1))
        return tokens


class WindowCrossAttention(nn.Module):
    """Each landmark token gathers from the image tokens of the same image and scale."""

    relative_position_index: Tensor

    def __init__(self, scale: ScaleConfig) -> None:
        super().__init__()
        self.num_heads = scale.num_heads
        offsets = (2 * scale.window_size - 1) ** 2
        self.relative_position_bias_table = nn.Parameter(torch.empty(offsets, scale.num_heads))
        self.register_buffer("relative_position_index", relative_position_index(scale.window_size))
        # upstream: named qkv and holds keys and values only; the query is the landmark map itself.
        self.qkv = nn.Linear(scale.dim, 2 * scale.dim)
        self.proj = nn.Linear(scale.dim, scale.dim)
        nn.init.trunc_normal_(self.relative_position_bias_table, std=POSITION_BIAS_STD)

    def forward(self, image: Tensor, landmark: Tensor) -> Tensor:
        """(B, N, C), (B, C, w, w) -> (B, N, C)"""
        # Contiguous, because the fused kernel takes a slow path for a strided last dimension.
        query = self._heads(landmark.permute(0, 2, 3, 1).flatten(1, 2).contiguous())
        key, value = (self._heads(part) for part in self.qkv(image).chunk(2, dim=-1))
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=self._position_bias())
        tokens: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return tokens

    def _heads(self, tokens: Tensor) -> Tensor:
        """(B, N, C) -> (B, h, N, d)"""
        return tokens.reshape(*tokens.shape[:2], self.num_heads, -1).transpose(1, 2)

    def _position_bias(self) -> Tensor:
        """(1, h, N, N), added to the scores"""
        bias = self.relative_position_bias_table[self.relative_position_index]  # (N, N, h)
        return bias.permute(2, 0, 1).unsqueeze(0)
