"""POSTER: landmark and image tokens read each other in a three-level pyramid of cross-fusion blocks.

Paper: Zheng et al., POSTER, arXiv:2204.04083. Official code: zczcwh/POSTER@ba2e3e9 (MIT).
Module names and their order are those of the official checkpoints, so that these load strictly and unrenamed.
Differences from the official network, each with its reason: README.md beside this file.
Shapes: B images, N = 49 patches, K classes.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import chain
from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import nn

from ferbench_backbones.ir50 import IR50, STAGE_CHANNELS, embedding_head, ir50_stages
from ferbench_backbones.mobilefacenet import MobileFaceNet
from ferbench_backbones.squeeze_excitation import SqueezeExcitation
from ferbench_poster.pyramid import PyramidFusion

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster.config import PosterConfig


def _image_backbone() -> IR50:
    body = nn.Sequential(*chain.from_iterable(ir50_stages()))
    return IR50({"body": body}, output_layer=embedding_head())


class Poster(nn.Module):
    """Pyramid cross-fusion transformer; the landmark backbone is frozen."""

    def __init__(self, config: PosterConfig) -> None:
        super().__init__()
        dim = config.dims[0]
        self.backbone_size = config.backbone_size
        self.patches = config.patches
        self.face_landback = MobileFaceNet().requires_grad_(False)
        self.ir_back = _image_backbone()
        self.ir_layer = nn.Linear(14 * 14 * STAGE_CHANNELS[-1] // config.patches, dim)
        self.pyramid_fuse = PyramidFusion(config)
        self.se_block = SqueezeExcitation(dim)
        self.head = nn.Sequential(OrderedDict(linear=nn.Linear(dim, config.num_classes)))

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, H, W) of any size, normalised, BGR for the RAF-DB weights and RGB for AffectNet -> (B, K) logits"""
        # upstream: nearest neighbour, so of a 224 x 224 image every second pixel is read.
        face = F.interpolate(image, size=self.backbone_size)
        fused = self.pyramid_fuse(self._image_tokens(face), self._landmark_tokens(face))
        logits: Tensor = self.head(self.se_block(fused))
        return logits

    def _image_tokens(self, face: Tensor) -> Tensor:
        """(B, 3, 112, 112) -> (B, N, 512)"""
        (stage3,) = self.ir_back(face)  # (B, 256, 14, 14)
        # upstream: the memory of the map is cut in 49 runs of 1024 values, each five channels and a bit, not a patch
        # of the face; the weights were trained with it. Contiguous, because the cut is that of the channels-first map.
        runs = stage3.contiguous().view(stage3.shape[0], self.patches, -1)
        tokens: Tensor = self.ir_layer(runs)
        return tokens

    def _landmark_tokens(self, face: Tensor) -> Tensor:
        """(B, 3, 112, 112) -> (B, N, 512)"""
        stride16: Tensor = self.face_landback(face).stride16  # (B, 512, 7, 7)
        return stride16.flatten(2).transpose(1, 2)
