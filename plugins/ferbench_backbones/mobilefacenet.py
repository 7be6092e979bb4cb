"""MobileFaceNet as a facial landmark network: its inner maps are the landmark features of POSTER and POSTER V2.

Paper: Chen et al., MobileFaceNets, arXiv:1804.07573; the variant with 68 landmarks as output.
Shapes: B images of 112 x 112 pixels.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

FEATURE_CHANNELS = 512
LANDMARKS = 68


class LandmarkMaps(NamedTuple):
    """Landmark features at three scales, named for their distance in input pixels."""

    stride4: Tensor  # (B, 64, 28, 28)
    stride8: Tensor  # (B, 128, 14, 14)
    stride16: Tensor  # (B, 512, 7, 7)


class LinearBlock(nn.Sequential):
    """Convolution and BatchNorm, without activation."""

    def __init__(self, in_chans: int, out_chans: int, kernel: int = 1, groups: int = 1) -> None:
        super().__init__(
            OrderedDict(
                conv=nn.Conv2d(in_chans, out_chans, kernel, groups=groups, bias=False),
                bn=nn.BatchNorm2d(out_chans),
            )
        )


class ConvBlock(nn.Sequential):
    """Convolution that keeps the side (over its stride), BatchNorm, PReLU."""

    def __init__(self, in_chans: int, out_chans: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        conv = nn.Conv2d(in_chans, out_chans, kernel, stride, kernel // 2, groups=groups, bias=False)
        super().__init__(OrderedDict(conv=conv, bn=nn.BatchNorm2d(out_chans), prelu=nn.PReLU(out_chans)))


class Bottleneck(nn.Sequential):
    """Inverted bottleneck: widen to `expansion` channels, filter depthwise, project back."""

    def __init__(self, in_chans: int, out_chans: int, expansion: int, stride: int = 1) -> None:
        super().__init__(
            OrderedDict(
                conv=ConvBlock(in_chans, expansion),
                conv_dw=ConvBlock(expansion, expansion, kernel=3, stride=stride, groups=expansion),
                project=LinearBlock(expansion, out_chans),
            )
        )


class ResidualBottleneck(Bottleneck):
    """A bottleneck of equal width that is added to its input."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W)"""
        out: Tensor = x + super().forward(x)
        return out


def _residual_stack(chans: int, expansion: int, depth: int) -> nn.Sequential:
    blocks = (ResidualBottleneck(chans, chans, expansion) for _ in range(depth))
    return nn.Sequential(OrderedDict(model=nn.Sequential(*blocks)))


def _landmark_head() -> nn.Sequential:
    coordinates = 2 * LANDMARKS
    return nn.Sequential(
        OrderedDict(
            conv_6_dw=LinearBlock(FEATURE_CHANNELS, FEATURE_CHANNELS, kernel=7, groups=FEATURE_CHANNELS),
            conv_6_flatten=nn.Flatten(),
            linear=nn.Linear(FEATURE_CHANNELS, coordinates, bias=False),
            bn=nn.BatchNorm1d(coordinates),
        )
    )


class MobileFaceNet(nn.Module):
    """The landmark network up to its last feature map; `output_layer` is held for the checkpoints, not computed."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = ConvBlock(3, 64, kernel=3, stride=2)
        self.conv2_dw = ConvBlock(64, 64, kernel=3, groups=64)
        self.conv_23 = Bottleneck(64, 64, expansion=128, stride=2)
        self.conv_3 = _residual_stack(64, expansion=128, depth=4)
        self.conv_34 = Bottleneck(64, 128, expansion=256, stride=2)
        self.conv_4 = _residual_stack(128, expansion=256, depth=6)
        self.conv_45 = Bottleneck(128, 128, expansion=512, stride=2)
        self.conv_5 = _residual_stack(128, expansion=256, depth=2)
        self.conv_6_sep = ConvBlock(128, FEATURE_CHANNELS)
        self.output_layer = _landmark_head()

    def forward(self, image: Tensor) -> LandmarkMaps:
        """(B, 3, 112, 112) -> landmark features at strides 4, 8 and 16"""
        stride4 = self.conv_3(self.conv_23(self.conv2_dw(self.conv1(image))))
        stride8 = self.conv_4(self.conv_34(stride4))
        stride16 = self.conv_6_sep(self.conv_5(self.conv_45(stride8)))
        return LandmarkMaps(stride4, stride8, stride16)
