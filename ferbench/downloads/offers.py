"""Released weights by name, and where each of them is on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from ferbench.config import unreachable
from ferbench.errors import PluginError, UnknownName

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.cards import ModelCard, WeightsCard
    from ferbench.catalog import Catalog
    from ferbench.config import Settings

State = Literal["configured", "cached", "packaged", "not here"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Released weights, the model that they belong to, and the licence of their data set where that is known."""

    card: WeightsCard
    model: ModelCard
    plugin: str
    data_licence: str | None

    @property
    def certainty(self) -> Literal["stated", "assumed"] | None:
        """How sure the class order is; None for weights without classes."""
        if self.card.classes is None:
            return None
        return "stated" if self.card.classes_source else "assumed"


def offers(catalog: Catalog) -> list[Offer]:
    """All released weights of all models."""
    licences = {item.entry.card.name: item.entry.card.licence for item in catalog.datasets}
    return [
        Offer(
            card=card,
            model=item.entry.card,
            plugin=item.origin.plugin,
            data_licence=licences.get(card.dataset) if card.dataset else None,
        )
        for item in catalog.models
        for card in item.entry.card.weights
    ]


def offer_of(catalog: Catalog, name: str) -> Offer:
    """The released weights of a name.

    Raises:
        UnknownName: there are none; near names are suggested.
        PluginError: several models have weights of this name.
    """
    known = offers(catalog)
    found = [offer for offer in known if offer.card.name == name]
    asked = f"The weights {name!r} were asked for."
    if not found:
        near = " or ".join(get_close_matches(name, [offer.card.name for offer in known], n=3, cutoff=0.5))
        hint = f"Did you mean {near}? " if near else ""
        raise UnknownName(asked, "No plugin has released weights of this name.", f"{hint}See: ferbench list weights")
    if len(found) > 1:
        models = " and ".join(f"{offer.model.name} (plugin {offer.plugin})" for offer in found)
        raise PluginError(asked, f"Several models have weights of this name: {models}.", "Rename them in one plugin.")
    return found[0]


def place_of(card: WeightsCard, settings: Settings) -> tuple[State, Path | None]:
    """Where runs take released weights from: the configured file, the cached one, the one beside the plugin."""
    if card.name in settings.weights:
        path = settings.weights[card.name]
        return ("not here" if unreachable(path) else "configured"), path
    cached = settings.checkpoint(card.name, card.file_name)
    if cached:
        return "cached", cached
    return ("packaged", card.path) if card.path and not unreachable(card.path) else ("not here", None)
