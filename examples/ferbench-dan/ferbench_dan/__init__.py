"""DAN as a plugin of ferbench. The card is cheap; the network is imported when it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

from ferbench_dan.card import CARD, RULES

if TYPE_CHECKING:
    from ferbench_dan.network import Dan

#: The version of ferbench's plugin API that this is written for.
FERBENCH_API = 1


def build(num_classes: int) -> Dan:
    """The network for this many classes, freshly initialised; imports torch."""
    from ferbench_dan.network import build as build_network

    return build_network(num_classes)


@hookimpl
def ferbench_models() -> list[ModelEntry]:
    """One entry, `dan`."""
    return [ModelEntry(card=CARD, build=build, rules=RULES)]
