"""Self-attention, with and without a score for every patch.

Shapes: B images, T tokens, the class token first, h heads, d dims per head, C = h*d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class Projections(nn.Module):
    """What stands before and after any multi-head self-attention; queries, keys and values have no bias."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.proj = nn.Linear(dim, dim)

    def split(self, x: Tensor) -> tuple[Tensor, ...]:
        """(B, T, C) -> queries, keys and values, each (B, h, T, d)"""
        parts: tuple[Tensor, ...] = self.qkv(x).chunk(3, dim=-1)  # each (B, T, C)
        return tuple(part.reshape(*part.shape[:2], self.num_heads, -1).transpose(1, 2) for part in parts)

    def join(self, mixed: Tensor) -> Tensor:
        """(B, h, T, d) -> (B, T, C)"""
        tokens: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return tokens


class Attention(Projections):
    """Multi-head self-attention."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)"""
        query, key, value = self.split(x)
        return self.join(F.scaled_dot_product_attention(query, key, value))


class ScoringAttention(Projections):
    """The same, and what the class token thinks of every patch: its row of the logits, which no fused kernel gives."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__(dim, num_heads)
        self.scale = (dim // num_heads) ** -0.5

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T, C) -> (B, T, C); scores (B, T-1), signed: the sum over heads of the scaled logits before softmax"""
        query, key, value = self.split(x)
        logits = query @ key.transpose(-2, -1) * self.scale  # (B, h, T, T)
        return self.join(logits.softmax(dim=-1) @ value), logits[:, :, 0, 1:].sum(dim=1)
