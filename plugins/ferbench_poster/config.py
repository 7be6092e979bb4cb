"""The numbers of POSTER: the sizes differ in `depth`, the RAF-DB and the AffectNet form in `token_mixing`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PosterConfig:
    """Defaults are the official network for RAF-DB in its large size."""

    num_classes: int = 7
    backbone_size: int = 112  # both backbones see the image at this side, in pixels
    depth: int = 8  # small 4, base 6, large 8
    token_mixing: bool = True  # a convolution over the tokens ends each block: RAF-DB alone
    dims: tuple[int, int, int] = (512, 256, 128)  # width of the large, middle and small level
    num_heads: int = 8
    mlp_ratio: int = 2
    drop_path_rate: float = 0.1  # of the last block; the first has none
    patches: int = 49  # of each stream: the 7 x 7 map of the landmark network

    @property
    def stream_tokens(self) -> int:
        """Tokens of one stream: its patches and their class token."""
        return self.patches + 1

    @property
    def num_tokens(self) -> int:
        """Tokens of both streams, image before landmark."""
        return 2 * self.stream_tokens

    @property
    def drop_path_rates(self) -> tuple[float, ...]:
        """Rate by block, rising evenly from 0."""
        return tuple(self.drop_path_rate * index / (self.depth - 1) for index in range(self.depth))


#: The official networks by the names that they have here.
OFFICIAL = {
    "poster": PosterConfig(),
    "poster_base": PosterConfig(depth=6),
    "poster_small": PosterConfig(depth=4),
    "poster_affectnet": PosterConfig(token_mixing=False),
    "poster_affectnet_base": PosterConfig(depth=6, token_mixing=False),
    "poster_affectnet_small": PosterConfig(depth=4, token_mixing=False),
}
