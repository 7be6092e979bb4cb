"""Attentive pooling: of the patches of an image, those with the highest scores go on, in their order.

It has no parameters. On the map of the backbone the paper calls it attentive patch pooling, between attention and MLP
of a transformer block attentive token pooling.
Shapes: B images, N patches, C channels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class TopPatches(nn.Module):
    """Where the highest scores stand. A module, so that a hook can see what is kept."""

    def __init__(self, keep: int) -> None:
        super().__init__()
        self.keep = keep

    def forward(self, scores: Tensor) -> Tensor:
        """(B, N) -> (B, keep) int64 in 0..N-1, ascending; which of equal scores goes on is torch's choice"""
        return scores.topk(self.keep, dim=1, sorted=False).indices.sort(dim=1).values


def gather_patches(patches: Tensor, index: Tensor) -> Tensor:
    """(B, N, C), (B, kept) int64 -> (B, kept, C)"""
    return patches.gather(1, index.unsqueeze(-1).expand(-1, -1, patches.shape[-1]))
