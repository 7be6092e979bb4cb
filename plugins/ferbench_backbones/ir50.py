"""IR-50: the face recognition network whose first three stages read the image in POSTER, POSTER V2 and APViT.

Paper: Deng et al., ArcFace, arXiv:1801.07698 (improved residual units). The released checkpoints descend from
face.evoLVe, so BatchNorm stands before the first convolution and after the last, and PReLU between them.
The models name the same units differently (`body.{0..20}`, `body1.{0..2}` ...), so the caller hands over the body.
Shapes: B images of 112 x 112 pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

STEM_CHANNELS = 64
STAGE_CHANNELS = (64, 128, 256)
STAGE_DEPTHS = (3, 4, 14)
EMBEDDING_CHANNELS = 512


class IRUnit(nn.Module):
    """Improved residual unit; nothing follows the addition."""

    def __init__(self, in_chans: int, out_chans: int, stride: int) -> None:
        super().__init__()
        self.shortcut_layer = _shortcut(in_chans, out_chans, stride)
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(in_chans),
            nn.Conv2d(in_chans, out_chans, 3, padding=1, bias=False),
            nn.PReLU(out_chans),
            nn.Conv2d(out_chans, out_chans, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(out_chans),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, in, H, W) -> (B, out, H/stride, W/stride)"""
        out: Tensor = self.res_layer(x) + self.shortcut_layer(x)
        return out


def _shortcut(in_chans: int, out_chans: int, stride: int) -> nn.Module:
    if in_chans != out_chans:
        return nn.Sequential(nn.Conv2d(in_chans, out_chans, 1, stride, bias=False), nn.BatchNorm2d(out_chans))
    if stride == 1:
        return nn.Identity()
    return nn.MaxPool2d(1, stride)


def ir50_stages() -> tuple[nn.Sequential, ...]:
    """The three stages in order; each halves the side of the map with its first unit."""
    in_chans = STEM_CHANNELS
    stages = []
    for out_chans, depth in zip(STAGE_CHANNELS, STAGE_DEPTHS, strict=True):
        first = IRUnit(in_chans, out_chans, stride=2)
        rest = (IRUnit(out_chans, out_chans, stride=1) for _ in range(depth - 1))
        stages.append(nn.Sequential(first, *rest))
        in_chans = out_chans
    return tuple(stages)


def embedding_head() -> nn.Sequential:
    """The face recognition head for the (absent) fourth stage; expression models carry it and never call it."""
    return nn.Sequential(
        nn.BatchNorm2d(EMBEDDING_CHANNELS),
        nn.Dropout(),
        nn.Flatten(),
        nn.Linear(EMBEDDING_CHANNELS * 7 * 7, EMBEDDING_CHANNELS),
        nn.BatchNorm1d(EMBEDDING_CHANNELS),
    )


class IR50(nn.Module):
    """Stem and body; gives the map after every entry of `body`.

    `body` maps attribute names to the modules that the map passes through in turn: `ir50_stages()` grouped as the
    checkpoint at hand names them. `output_layer` is only there for checkpoints that hold it.
    """

    def __init__(self, body: Mapping[str, nn.Sequential], output_layer: nn.Module | None = None) -> None:
        super().__init__()
        self.input_layer = nn.Sequential(
            nn.Conv2d(3, STEM_CHANNELS, 3, padding=1, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS),
            nn.PReLU(STEM_CHANNELS),
        )
        self.output_layer = output_layer
        self.body_names = tuple(body)
        for name, part in body.items():
            self.add_module(name, part)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """(B, 3, 112, 112) -> one map per body entry; per stage: (B, 64, 56, 56), (B, 128, 28, 28), (B, 256, 14, 14)"""
        x: Tensor = self.input_layer(image)
        maps = []
        for name in self.body_names:
            x = self.get_submodule(name)(x)
            maps.append(x)
        return tuple(maps)
