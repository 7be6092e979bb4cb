"""DAN: a ResNet-18, four attention heads on its last map, and a fusion that keeps the heads apart.

Paper: Wen et al., Distract Your Attention, arXiv:2109.07270. Official code: yaoing/DAN@3872eef (MIT).
Module names and their order are those of the released checkpoints, so that these load strictly and unrenamed.
Shapes: B images, an H x W map with C = 512 channels (7 x 7 for pictures of 224 x 224), N = 4 heads, K classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import resnet18

if TYPE_CHECKING:
    from torch import Tensor

CHANNELS = 512
SPATIAL_WIDTH = 256
CHANNEL_WIDTH = 32


def _conv_bn(in_chans: int, out_chans: int, kernel: tuple[int, int]) -> nn.Sequential:
    """A convolution that keeps the size of the map, normalised."""
    padding = (kernel[0] // 2, kernel[1] // 2)
    # upstream: a bias before a batch norm is redundant; the checkpoints hold it.
    return nn.Sequential(nn.Conv2d(in_chans, out_chans, kernel, padding=padding), nn.BatchNorm2d(out_chans))


class SpatialAttention(nn.Module):
    """Where to look: kernels of three shapes, summed to one weight for each place of the map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1x1 = _conv_bn(CHANNELS, SPATIAL_WIDTH, (1, 1))
        self.conv_3x3 = _conv_bn(SPATIAL_WIDTH, CHANNELS, (3, 3))
        self.conv_1x3 = _conv_bn(SPATIAL_WIDTH, CHANNELS, (1, 3))
        self.conv_3x1 = _conv_bn(SPATIAL_WIDTH, CHANNELS, (3, 1))

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W), each place multiplied by its weight"""
        narrow = self.conv1x1(features)
        seen = F.relu(self.conv_3x3(narrow) + self.conv_1x3(narrow) + self.conv_3x1(narrow))
        # upstream: the weights are a sum over channels without a sigmoid or a mean: none is negative, none is bounded.
        return features * seen.sum(dim=1, keepdim=True)


class ChannelAttention(nn.Module):
    """What to look for: one weight from 0 to 1 for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.Linear(CHANNELS, CHANNEL_WIDTH),
            nn.BatchNorm1d(CHANNEL_WIDTH),
            nn.ReLU(),
            nn.Linear(CHANNEL_WIDTH, CHANNELS),
            nn.Sigmoid(),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C)"""
        pooled = F.adaptive_avg_pool2d(features, 1).flatten(1)
        weighted: Tensor = pooled * self.attention(pooled)
        return weighted


class AttentionHead(nn.Module):
    """Spatial attention, then channel attention."""

    def __init__(self) -> None:
        super().__init__()
        self.sa = SpatialAttention()
        self.ca = ChannelAttention()

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C)"""
        summary: Tensor = self.ca(self.sa(features))
        return summary


class Dan(nn.Module):
    """The whole network."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        # All of a ResNet-18 but its pooling and its classifier; a new one, so that nothing is downloaded.
        self.features = nn.Sequential(*list(resnet18(weights=None).children())[:8])
        self.cat_head0, self.cat_head1, self.cat_head2, self.cat_head3 = (AttentionHead() for _ in range(4))
        self.fc = nn.Linear(CHANNELS, num_classes)
        self.bn = nn.BatchNorm1d(num_classes)

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, height, width), normalised RGB -> (B, K) logits"""
        # upstream: the logits themselves are normalised, so that the largest output of `fc` need not be the answer.
        logits: Tensor = self.bn(self.fc(self.head_shares(image).sum(dim=1)))
        return logits

    def head_shares(self, image: Tensor) -> Tensor:
        """(B, 3, height, width) -> (B, N, C), the logarithm of the share that each head has of a channel"""
        features = self.features(image)
        heads = (self.cat_head0, self.cat_head1, self.cat_head2, self.cat_head3)
        # upstream: a log-softmax over the heads, so that the classifier sees sums of logarithms.
        return torch.stack([head(features) for head in heads], dim=1).log_softmax(dim=1)


def build(num_classes: int) -> Dan:
    """The official network for this many classes, freshly initialised, in training mode, on the CPU."""
    return Dan(num_classes)
