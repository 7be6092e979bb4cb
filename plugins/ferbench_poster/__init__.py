"""The POSTER plugin: three sizes in two forms. Cards are cheap; a network is imported when it is built."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from ferbench_poster.card import CARDS, RULES
from ferbench_poster.config import OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench_poster.config import PosterConfig
    from ferbench_poster.network import Poster

#: Further packages whose source belongs to the identity of this plugin's models.
FERBENCH_SOURCES = ("ferbench_backbones",)


def builder(config: PosterConfig) -> Callable[[int], Poster]:
    """What builds one of the networks for any number of classes, freshly initialised; imports torch when called."""

    def build(num_classes: int) -> Poster:
        from ferbench_poster.network import Poster

        return Poster(replace(config, num_classes=num_classes))

    return build


@hookimpl
def ferbench_models() -> list[ModelEntry]:
    """One entry per size and form."""
    return [ModelEntry(card=card, build=builder(OFFICIAL[card.name]), rules=RULES) for card in CARDS]
