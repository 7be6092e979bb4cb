"""The numbers of POSTER V2; only `num_classes` differs between the released models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """One level of the pyramid."""

    dim: int
    num_heads: int
    window_size: int  # side of the map in tokens: the one window covers the whole map
    drop_path_rate: float


@dataclass(frozen=True, slots=True)
class PosterV2Config:
    """Defaults are the official network."""

    num_classes: int = 7
    backbone_size: int = 112  # both backbones see the image at this side, in pixels
    scales: tuple[ScaleConfig, ScaleConfig, ScaleConfig] = (
        ScaleConfig(dim=64, num_heads=2, window_size=28, drop_path_rate=0.0),
        ScaleConfig(dim=128, num_heads=4, window_size=14, drop_path_rate=0.125),
        ScaleConfig(dim=256, num_heads=8, window_size=7, drop_path_rate=0.25),
    )
    fusion_mlp_ratio: int = 4
    layer_scale_init: float = 1e-5
    embed_dim: int = 768
    depth: int = 2
    num_heads: int = 8
    mlp_ratio: int = 4

    @property
    def num_tokens(self) -> int:
        """Tokens that enter the transformer: each scale is brought to the side of the smallest map."""
        return len(self.scales) * self.scales[-1].window_size ** 2
