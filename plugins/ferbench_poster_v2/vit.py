"""The two-layer vision transformer that reads the tokens of all three scales at once and classifies them.

Shapes: B images, T tokens (147 from the pyramid, 148 with the class token), D = 768, K classes.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import torch
from timm.layers import Attention, Mlp, PatchEmbed
from torch import nn

from ferbench_backbones.squeeze_excitation import SqueezeExcitation

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster_v2.config import PosterV2Config

# upstream: 1e-6 inside the transformer, torch's default 1e-5 everywhere else in the network.
NORM_EPS = 1e-6
TOKEN_STD = 0.02
LINEAR_STD = 0.01


class TransformerBlock(nn.Module):
    """Pre-norm self-attention and MLP."""

    def __init__(self, config: PosterV2Config) -> None:
        super().__init__()
        dim, tokens = config.embed_dim, config.num_tokens + 1
        self.norm1 = nn.LayerNorm(dim, eps=NORM_EPS)
        self.conv = nn.Conv1d(tokens, tokens, 1)  # upstream: in the checkpoints, never called
        self.attn = Attention(dim, config.num_heads, qkv_bias=True)
        self.norm2 = nn.LayerNorm(dim, eps=NORM_EPS)
        self.mlp = Mlp(dim, config.mlp_ratio * dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, D)"""
        x = x + self.attn(self.norm1(x))
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class MultiScaleTransformer(nn.Module):
    """Class token, position embedding, blocks, channel attention on the class token, linear head."""

    def __init__(self, config: PosterV2Config) -> None:
        super().__init__()
        dim, image_dim = config.embed_dim, config.scales[-1].dim
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, config.num_tokens + 1, dim))
        self.se_block = SqueezeExcitation(dim)
        # upstream: patch_embed, eca_block, CON1 and both IRLinear are in the checkpoints and never called;
        # the widths of the last two are left over from another backbone.
        self.patch_embed = PatchEmbed(img_size=None, patch_size=1, in_chans=image_dim, embed_dim=dim)
        self.head = nn.Sequential(OrderedDict(linear=nn.Linear(dim, config.num_classes)))
        self.eca_block = nn.Sequential(OrderedDict(conv=nn.Conv1d(1, 1, 5, padding=2, bias=False)))
        self.CON1 = nn.Conv2d(image_dim, dim, 1, bias=False)
        self.IRLinear1 = nn.Linear(1024, dim)
        self.IRLinear2 = nn.Linear(dim, 512)
        self.blocks = nn.Sequential(*(TransformerBlock(config) for _ in range(config.depth)))
        self.norm = nn.LayerNorm(dim, eps=NORM_EPS)
        self._initialise()

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, 147, D) -> (B, K)"""
        cls_token = self.cls_token.expand(tokens.shape[0], -1, -1)
        x = torch.cat((cls_token, tokens), dim=1) + self.pos_embed  # (B, 148, D)
        x = self.norm(self.blocks(x))
        logits: Tensor = self.head(self.se_block(x[:, 0]))
        return logits

    def _initialise(self) -> None:
        nn.init.trunc_normal_(self.cls_token, std=TOKEN_STD)
        nn.init.trunc_normal_(self.pos_embed, std=TOKEN_STD)
        self.apply(_initialise_layer)


def _initialise_layer(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=LINEAR_STD)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
