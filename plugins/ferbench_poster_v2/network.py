"""POSTER V2: at three scales, landmark queries read the image; a small transformer reads the three scales.

Paper: Mao et al., POSTER V2, arXiv:2301.12149. Official code: Talented-Q/POSTER_V2@18de559 (MIT).
Module names and their order are those of the official checkpoints, so that these load strictly and unrenamed.
Differences from the official network, each with its reason: README.md beside this file.
Shapes: B images, w = 28, 14, 7 map side and C = 64, 128, 256 channels per scale, D = 768, K classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from timm.layers import PatchEmbed
from torch import nn

from ferbench_backbones.ir50 import IR50, embedding_head, ir50_stages
from ferbench_backbones.mobilefacenet import FEATURE_CHANNELS, MobileFaceNet
from ferbench_poster_v2.config import PosterV2Config
from ferbench_poster_v2.fusion import FusionMlp
from ferbench_poster_v2.vit import MultiScaleTransformer
from ferbench_poster_v2.window_attention import WindowCrossAttention, WindowNorm

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_backbones.mobilefacenet import LandmarkMaps


def _halve(in_chans: int, out_chans: int) -> nn.Conv2d:
    return nn.Conv2d(in_chans, out_chans, 3, stride=2, padding=1)


def _image_backbone() -> IR50:
    body = {f"body{number}": stage for number, stage in enumerate(ir50_stages(), 1)}
    return IR50(body, output_layer=embedding_head())


class PosterV2(nn.Module):
    """Pyramid cross-fusion transformer; the landmark backbone is frozen."""

    def __init__(self, config: PosterV2Config) -> None:
        super().__init__()
        scales, embed_dim = config.scales, config.embed_dim
        large, middle, small = (scale.dim for scale in scales)
        self.backbone_size = config.backbone_size
        self.face_landback = MobileFaceNet().requires_grad_(False)
        self.VIT = MultiScaleTransformer(config)
        self.ir_back = _image_backbone()
        self.attn1, self.attn2, self.attn3 = (WindowCrossAttention(scale) for scale in scales)
        self.window1, self.window2, self.window3 = (WindowNorm(scale.dim) for scale in scales)
        self.conv1, self.conv2, self.conv3 = (_halve(scale.dim, scale.dim) for scale in scales)
        self.ffn1, self.ffn2, self.ffn3 = (
            FusionMlp(scale, config.fusion_mlp_ratio, config.layer_scale_init) for scale in scales
        )
        self.last_face_conv = nn.Conv2d(FEATURE_CHANNELS, small, 3, padding=1)
        # upstream: embed_q, embed_k and embed_v are the embeddings of the large, middle and small map.
        self.embed_q = nn.Sequential(_halve(large, embed_dim), _halve(embed_dim, embed_dim))
        self.embed_k = nn.Sequential(_halve(middle, embed_dim))
        self.embed_v = PatchEmbed(img_size=None, patch_size=1, in_chans=small, embed_dim=embed_dim)

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, H, W), normalised RGB of any size -> (B, K) logits"""
        # upstream: nearest neighbour, so of a 224 x 224 image every second pixel is read.
        face = F.interpolate(image, size=self.backbone_size)
        fused = self._fuse(self.ir_back(face), self.face_landback(face))
        logits: Tensor = self.VIT(self._tokens(*fused))
        return logits

    def _fuse(self, image_maps: tuple[Tensor, ...], landmarks: LandmarkMaps) -> tuple[Tensor, ...]:
        """Image and landmark maps -> three fused maps (B, C, w, w), large to small"""
        stride16 = self.last_face_conv(landmarks.stride16)
        branches = (
            (self.conv1, self.window1, self.attn1, self.ffn1),
            (self.conv2, self.window2, self.attn2, self.ffn2),
            (self.conv3, self.window3, self.attn3, self.ffn3),
        )
        landmark_maps = (landmarks.stride4, landmarks.stride8, stride16)
        fused = []
        for (conv, window, attn, ffn), image, landmark in zip(branches, image_maps, landmark_maps, strict=True):
            # upstream: the residual sum of ffn starts from the normalised map, not from the raw one.
            normed = window(conv(image))  # (B, w, w, C)
            attended = attn(normed.flatten(1, 2), landmark)  # (B, w*w, C)
            fused.append(ffn(normed, attended).permute(0, 3, 1, 2))  # (B, C, w, w)
        return tuple(fused)

    def _tokens(self, large: Tensor, middle: Tensor, small: Tensor) -> Tensor:
        """(B, 64, 28, 28), (B, 128, 14, 14), (B, 256, 7, 7) -> (B, 147, D)"""
        large_tokens = self.embed_q(large).flatten(2).transpose(1, 2)
        middle_tokens = self.embed_k(middle).flatten(2).transpose(1, 2)
        return torch.cat((large_tokens, middle_tokens, self.embed_v(small)), dim=1)


def build(num_classes: int = 7) -> PosterV2:
    """The official network for this many classes, freshly initialised, in training mode, on the CPU."""
    return PosterV2(PosterV2Config(num_classes=num_classes))
