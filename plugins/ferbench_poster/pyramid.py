"""The pyramid: the same tokens at three widths pass cross-fusion blocks, and the narrow are added to the wide.

Shapes: B images, N patches (49), T = N+1 tokens of one stream, 2T tokens of both, image before landmark,
C = 512, 256, 128 channels of the large, middle and small level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from ferbench_poster.block import NORM_EPS, CrossFusionBlock

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster.config import PosterConfig

Levels = tuple["Tensor", "Tensor", "Tensor"]


class PyramidBlock(nn.Module):
    """A cross-fusion block per level; what the small gives is added to the middle, and that to the large."""

    def __init__(self, config: PosterConfig, drop_path_rate: float) -> None:
        super().__init__()
        large, middle, small = config.dims
        tokens = config.num_tokens
        self.block_l = CrossFusionBlock(config, large, drop_path_rate)
        self.block_m = CrossFusionBlock(config, middle, drop_path_rate)
        self.block_s = CrossFusionBlock(config, small, drop_path_rate)
        # upstream: tokens are the channels of these convolutions; they run along the embedding and double its width.
        self.upsample_m = nn.ConvTranspose1d(tokens, tokens, 2, stride=2)
        self.upsample_s = nn.ConvTranspose1d(tokens, tokens, 2, stride=2)

    def forward(self, levels: Levels) -> Levels:
        """Three times (B, 2T, C) -> three times (B, 2T, C), large to small"""
        large, middle, small = levels
        small = self.block_s(small)
        middle = self.block_m(middle) + self.upsample_s(small)
        large = self.block_l(large) + self.upsample_m(middle)
        return large, middle, small


class PyramidFusion(nn.Module):
    """Class tokens and position, three levels, blocks; gives the image's class token."""

    def __init__(self, config: PosterConfig) -> None:
        super().__init__()
        dim, tokens = config.dims[0], config.num_tokens
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))  # upstream: in the checkpoints, never used
        self.pos_embed = nn.Parameter(torch.zeros(1, config.stream_tokens, dim))
        self.downsample_m = nn.Conv1d(tokens, tokens, 2, stride=2)
        self.downsample_s = nn.Conv1d(tokens, tokens, 4, stride=4)
        self.blocks = nn.Sequential(*(PyramidBlock(config, rate) for rate in config.drop_path_rates))
        self.norm = nn.LayerNorm(dim, eps=NORM_EPS)

    def forward(self, image: Tensor, landmark: Tensor) -> Tensor:
        """(B, N, 512), (B, N, 512) -> (B, 512)"""
        # upstream: the landmark stream has no position.
        large = torch.cat((_with_mean(image) + self.pos_embed, _with_mean(landmark)), dim=1)  # (B, 2T, 512)
        large, _, _ = self.blocks((large, self.downsample_m(large), self.downsample_s(large)))
        class_token: Tensor = self.norm(large)[:, 0]
        return class_token


def _with_mean(patches: Tensor) -> Tensor:
    """(B, N, C) -> (B, T, C): their mean, as class token, before them"""
    return torch.cat((patches.mean(dim=1, keepdim=True), patches), dim=1)
