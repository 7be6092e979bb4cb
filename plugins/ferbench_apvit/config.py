"""The numbers of APViT; only `num_classes` differs between data sets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

#: Pixels of the image per position of IR-50's last map, along a side.
BACKBONE_STRIDE = 8


@dataclass(frozen=True, slots=True)
class ApvitConfig:
    """Defaults are the official network. All token counts follow from these numbers, none from the input."""

    num_classes: int = 7
    image_size: int = 112  # side in pixels; a multiple of 8
    kept_patches: int = 160  # of the 196 positions of the map: what the patch pooling keeps
    keep_rates: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9)  # of the patches, one rate a block
    embed_dim: int = 768
    num_heads: int = 8
    mlp_ratio: int = 3

    @property
    def patches(self) -> int:
        """Positions of the map, each of which is a patch of the face."""
        return (self.image_size // BACKBONE_STRIDE) ** 2

    @property
    def patches_after_block(self) -> tuple[int, ...]:
        """Patches that each block hands on, the class token not counted; rounded down, block by block."""
        return tuple(accumulate(self.keep_rates, lambda kept, rate: int(kept * rate), initial=self.kept_patches))[1:]
