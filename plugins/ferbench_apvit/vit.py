"""The transformer: patches of the map, the best of them, a class token that gathers from them and drops some more.

Shapes: B images, s = 14 side of the map, N = s*s patches, D = 768.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

from ferbench_apvit.block import NORM_EPS, Block, PoolingBlock
from ferbench_apvit.pooling import TopPatches, gather_patches
from ferbench_backbones.ir50 import STAGE_CHANNELS

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_apvit.config import ApvitConfig

TOKEN_STD = 0.02


def _blocks(config: ApvitConfig) -> nn.Sequential:
    """A block that would keep every patch is one without pooling."""
    counts = (config.kept_patches, *config.patches_after_block)
    return nn.Sequential(
        *(Block(config) if keep == patches else PoolingBlock(config, keep) for patches, keep in pairwise(counts))
    )


class PoolingTransformer(nn.Module):
    """Embedding, patch pooling, class token, blocks; gives the class token."""

    def __init__(self, config: ApvitConfig) -> None:
        super().__init__()
        dim = config.embed_dim
        self.cls_token = nn.Parameter(torch.empty(1, 1, dim))
        self.patch_pos_embed = nn.Parameter(torch.empty(1, config.patches, dim))
        self.cls_pos_embed = nn.Parameter(torch.empty(1, 1, dim))
        self.projs = nn.Sequential(nn.Conv2d(STAGE_CHANNELS[-1], dim, 1))
        self.pooling = TopPatches(config.kept_patches)
        self.blocks = _blocks(config)
        self.norm = nn.LayerNorm(dim, eps=NORM_EPS)
        for parameter in (self.cls_token, self.patch_pos_embed, self.cls_pos_embed):
            nn.init.trunc_normal_(parameter, std=TOKEN_STD)

    def forward(self, image_map: Tensor) -> Tensor:
        """(B, 256, s, s) -> (B, D)"""
        patches = self._best_patches(self.projs(image_map))
        cls_token = (self.cls_token + self.cls_pos_embed).expand(patches.shape[0], -1, -1)
        x = self.blocks(torch.cat((cls_token, patches), dim=1))
        out: Tensor = self.norm(x)[:, 0]
        return out

    def _best_patches(self, embedded: Tensor) -> Tensor:
        """(B, D, s, s) -> (B, kept, D), with their positions; a patch counts by the sum of its magnitudes"""
        index = self.pooling(embedded.abs().sum(dim=1).flatten(1))
        return gather_patches(embedded.flatten(2).transpose(1, 2) + self.patch_pos_embed, index)
