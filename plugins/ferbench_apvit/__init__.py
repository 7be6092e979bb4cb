"""The APViT plugin: one network. Its card is cheap; the network is imported when it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from ferbench_apvit.card import CARD, RULES

if TYPE_CHECKING:
    from ferbench_apvit.network import Apvit

#: Further packages whose source belongs to the identity of this plugin's models.
FERBENCH_SOURCES = ("ferbench_backbones",)


def build(num_classes: int) -> Apvit:
    """The official network for this many classes, freshly initialised; imports torch when called."""
    from ferbench_apvit.config import ApvitConfig
    from ferbench_apvit.network import Apvit

    return Apvit(ApvitConfig(num_classes=num_classes))


@hookimpl
def ferbench_models() -> list[ModelEntry]:
    """The one entry."""
    return [ModelEntry(card=CARD, build=build, rules=RULES)]
