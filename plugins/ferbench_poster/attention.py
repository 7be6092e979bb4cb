"""Cross-fusion attention: the tokens of one stream are the queries that read the other (POSTER).

Shapes: B images, T tokens of one stream (50), h heads, d dims per head, C = h*d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class CrossAttention(nn.Module):
    """Keys and values are projected from the stream that is read; the queries are used as they come."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.kv = nn.Linear(dim, 2 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, source: Tensor, queries: Tensor) -> Tensor:
        """(B, T, C) that is read, (B, T, C) that ask -> (B, T, C)"""
        key, value = (self._heads(part) for part in self.kv(source).chunk(2, dim=-1))
        mixed = F.scaled_dot_product_attention(self._heads(queries), key, value)
        tokens: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return tokens

    def _heads(self, tokens: Tensor) -> Tensor:
        """(B, T, C) -> (B, h, T, d)"""
        return tokens.reshape(*tokens.shape[:2], self.num_heads, -1).transpose(1, 2)
