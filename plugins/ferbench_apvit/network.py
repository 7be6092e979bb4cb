"""APViT: a convolutional backbone and a vision transformer, each of which drops the patches that say least.

Paper: Xue et al., Vision Transformer with Attentive Pooling for Robust Facial Expression Recognition,
arXiv:2212.05463. Official code: youqingxiaozhua/APViT@9efaf97 (Apache-2.0).
Module names and their order are those of the official checkpoints, so that these load strictly and unrenamed.
Differences from the official network, each with its reason: README.md beside this file.
Shapes: B images, K classes.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from torch import nn

from ferbench_apvit.vit import PoolingTransformer
from ferbench_backbones.ir50 import IR50, ir50_stages

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_apvit.config import ApvitConfig


class Apvit(nn.Module):
    """Attentive pooling vision transformer."""

    def __init__(self, config: ApvitConfig) -> None:
        super().__init__()
        self.extractor = IR50({"body": nn.Sequential(*ir50_stages())})
        self.vit = PoolingTransformer(config)
        self.head = nn.Sequential(OrderedDict(fc=nn.Linear(config.embed_dim, config.num_classes)))

    def forward(self, image: Tensor) -> Tensor:
        """(B, 3, 112, 112), normalised RGB -> (B, K) logits"""
        (stage3,) = self.extractor(image)  # (B, 256, 14, 14)
        logits: Tensor = self.head(self.vit(stage3))
        return logits
