"""The reference model plugin: POSTER V2. The card is cheap; the network is imported when it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from ferbench_poster_v2.card import CARD, RULES

if TYPE_CHECKING:
    from ferbench_poster_v2.network import PosterV2

#: Further packages whose source belongs to the identity of this plugin's models.
FERBENCH_SOURCES = ("ferbench_backbones",)


def build(num_classes: int) -> PosterV2:
    """The network for this many classes, freshly initialised; imports torch."""
    from ferbench_poster_v2.network import build as build_network

    return build_network(num_classes)


@hookimpl
def ferbench_models() -> list[ModelEntry]:
    """One entry, `poster_v2`."""
    return [ModelEntry(card=CARD, build=build, rules=RULES)]
