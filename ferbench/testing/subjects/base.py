"""What all subjects have: an entry as it was asked for, and where its plugin lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferbench.interfaces import DatasetEntry, DetectorEntry, MetricEntry, ModelEntry
from ferbench.testing.check import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Registered
    from ferbench.testing.check import Kind
    from ferbench.testing.place import Place

E_co = TypeVar("E_co", ModelEntry, DatasetEntry, MetricEntry, DetectorEntry, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Subject(Generic[E_co]):
    """An entry as it was asked for. `place` is None where an entry was handed over, and no plugin."""

    name: str
    kind: Kind
    registered: Registered[E_co]
    place: Place | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def found_again(self) -> Place:
        """Where a new process finds the plugin."""
        if self.place is None:
            raise NotApplicable("an entry was handed over, which no new process could find: name the plugin instead")
        return self.place
