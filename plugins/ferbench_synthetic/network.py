"""tiny_cnn: a small residual network, quick enough for everybody's continuous integration.

Shapes: B images, C channels, K classes; input (B, 3, 64, 64), RGB in [-1, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class TinyCnn(nn.Module):
    """(B, 3, 64, 64) -> (B, K) logits."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            conv_norm_relu(3, 24, kernel_size=5, stride=2),  # 32 x 32
            conv_norm_relu(24, 48, stride=2),  # 16 x 16
            ResidualBlock(48),
            conv_norm_relu(48, 80, stride=2),  # 8 x 8
            ResidualBlock(80),
            nn.Conv2d(80, 32, kernel_size=1),
        )
        self.head = nn.Linear(32 * 8 * 8, num_classes)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, 64, 64) -> (B, K) logits."""
        logits: Tensor = self.head(self.features(images).flatten(1))
        return logits


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside the identity (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv_norm_relu(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W)"""
        return torch.relu(features + self.second(self.first(features)))


def conv_norm_relu(in_chans: int, out_chans: int, kernel_size: int = 3, stride: int = 1) -> nn.Sequential:
    """A convolution without bias, batch normalisation, ReLU."""
    convolution = nn.Conv2d(in_chans, out_chans, kernel_size, stride, padding=kernel_size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out_chans), nn.ReLU(inplace=True))
