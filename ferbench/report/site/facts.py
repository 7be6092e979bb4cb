"""What the catalog knows about the names in a store; a name that no plugin gives has no card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.cards import DatasetCard, ModelCard, SchemeCard
    from ferbench.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Facts:
    """Cards by name."""

    models: Mapping[str, ModelCard] = field(default_factory=dict)
    schemes: Mapping[str, SchemeCard] = field(default_factory=dict)
    datasets: Mapping[str, DatasetCard] = field(default_factory=dict)

    def title(self, dataset: str) -> str:
        """What a data set is called."""
        card = self.datasets.get(dataset)
        return card.title if card else dataset

    def model_summary(self, model: str) -> str:
        """One sentence about a model; empty where nobody has written one."""
        card = self.models.get(model) or self.schemes.get(model.partition(":")[0])
        return card.summary if card else ""

    def shows_labels(self, dataset: str) -> bool:
        """Whether the labels of single images may be passed on; of a set that nobody knows they may not."""
        card = self.datasets.get(dataset)
        return card is not None and card.redistributable


def facts_of(catalog: Catalog) -> Facts:
    """The cards of a catalog."""
    return Facts(
        models={item.entry.card.name: item.entry.card for item in catalog.models},
        schemes={item.entry.card.name: item.entry.card for item in catalog.schemes},
        datasets={item.entry.card.name: item.entry.card for item in catalog.datasets},
    )
