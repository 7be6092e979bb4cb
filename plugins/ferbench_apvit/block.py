"""The transformer blocks: one that keeps all tokens, and one that drops the patches of least interest.

Shapes: B images, T tokens, the class token first, C channels.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from timm.layers import Mlp
from torch import nn

from ferbench_apvit.attention import Attention, ScoringAttention
from ferbench_apvit.pooling import TopPatches, gather_patches

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_apvit.config import ApvitConfig

NORM_EPS = 1e-6


class Block(nn.Module):
    """Pre-norm self-attention and MLP."""

    def __init__(self, config: ApvitConfig, attention: type[Attention | ScoringAttention] = Attention) -> None:
        super().__init__()
        norm = partial(nn.LayerNorm, config.embed_dim, eps=NORM_EPS)
        self.norm1 = norm()
        self.attn = attention(config.embed_dim, config.num_heads)
        self.norm2 = norm()
        self.mlp = Mlp(config.embed_dim, config.mlp_ratio * config.embed_dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C), with fewer tokens where the block pools"""
        x = self.attend(x)
        out: Tensor = x + self.mlp(self.norm2(x))
        return out

    def attend(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)"""
        out: Tensor = x + self.attn(self.norm1(x))
        return out


class PoolingBlock(Block):
    """Between attention and MLP the class token and `keep` patches are kept."""

    def __init__(self, config: ApvitConfig, keep: int) -> None:
        super().__init__(config, ScoringAttention)
        self.pooling = TopPatches(keep)

    def attend(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, keep+1, C)"""
        attended, scores = self.attn(self.norm1(x))
        x = x + attended
        patches = gather_patches(x[:, 1:], self.pooling(scores))
        return torch.cat((x[:, :1], patches), dim=1)
