"""Small networks with the parts that the engine `compile` knows, and with some that it does not."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

SIZES = (3, 16, 16)
TOKENS, DIM, HIDDEN = 16, 12, 40


class Face(nn.Module):
    """Normalisations before and behind convolutions, PReLU, a depthwise convolution, attention, a class token."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.PReLU(8))
        self.unit = nn.Sequential(
            nn.BatchNorm2d(8),
            nn.Conv2d(8, 8, 3, padding=1, groups=8),
            nn.BatchNorm2d(8, affine=False),
            nn.ReLU(),
            nn.Conv2d(8, DIM, 3, stride=4, padding=1),
        )
        self.token = nn.Parameter(torch.randn(1, 1, DIM))
        self.place = nn.Parameter(torch.randn(1, TOKENS + 1, DIM))
        self.register_buffer("scale", torch.rand(DIM) + 0.5, persistent=False)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(DIM) for _ in range(3))
        self.qkv, self.out = nn.Linear(DIM, 3 * DIM, bias=False), nn.Linear(DIM, DIM)
        self.mlp = nn.Sequential(nn.Linear(DIM, HIDDEN), nn.GELU(), nn.Dropout(), nn.Linear(HIDDEN, DIM))
        self.head = nn.Linear(DIM, 7)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(B, 3, 16, 16) -> (B, 7)"""
        maps = self.unit(self.stem(images))  # (B, DIM, 4, 4)
        tokens = maps.view(maps.shape[0], DIM, -1).transpose(1, 2) * self.scale
        x = torch.cat((self.token.expand(images.shape[0], -1, -1), tokens), dim=1) + self.place
        x = x + self._attended(self.norm1(x))
        x = x + self.mlp(self.norm2(x))
        return self.head(self.norm3(x)[:, 0] * torch.tensor(2.0, device=x.device))

    def _attended(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.qkv(x).view(x.shape[0], -1, 3, 2, DIM // 2).permute(2, 0, 3, 1, 4).unbind(0)
        return self.out(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


class Reading(Face):
    """Reads the tokens beside the class token, too."""

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """(B, 3, 16, 16) -> emotion (B, 7), tokens (B, DIM)"""
        x = self.place + self.stem(images).mean((1, 2, 3))[:, None, None]
        x = x + self.mlp(self.norm2(x))
        return {"emotion": self.head(x[:, 0]), "tokens": x.mean(1)}


class Odd(Face):
    """Chooses rows from the end and in the middle, of sums and products whose factors are spread to fit."""

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """(B, 3, 16, 16) -> emotion (B, 7), third (B, DIM)"""
        tokens = self.unit(self.stem(images)).flatten(2).transpose(1, 2)
        tokens = self.out(tokens) + self.place[0, 1:]
        mixed = self.mlp(tokens) * self.token + tokens
        return {"emotion": self.head(mixed[:, -2]), "third": self.out(mixed)[:, 3]}


class ByValue(Face):
    """Looks at its images before it decides what to compute."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(B, 3, 16, 16) -> (B, 7)"""
        return super().forward(-images if images.sum() > 0 else images)


class Careful(Face):
    """Computes a part in float32 whatever is around it: a region of a graph, and no operator."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(B, 3, 16, 16) -> (B, 7)"""
        with torch.autocast("cpu", enabled=False):
            return super().forward(images)


def network(kind: type[Face] = Face, seed: int = 0) -> Face:
    """A network whose normalisations have something to do."""
    torch.manual_seed(seed)
    made = kind()
    for norm in (part for part in made.modules() if isinstance(part, nn.BatchNorm2d)):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
        if norm.affine:
            nn.init.normal_(norm.weight, 1, 0.3)
            nn.init.normal_(norm.bias)
    return made.eval()


def images(count: int) -> torch.Tensor:
    """(count, 3, 16, 16) noise."""
    return torch.randn(count, *SIZES, generator=torch.Generator().manual_seed(count))
