"""Where a plugin lies, so that a new process can load it, and it alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.plugin_manager import dropped_in, installed

if TYPE_CHECKING:
    from ferbench.catalog import Origin
    from ferbench.plugin_manager import Candidate

_DROP_IN = "drop-in"


@dataclass(frozen=True, slots=True)
class Place:
    """The name of an installed plugin, or the file of one that is dropped in."""

    name: str
    file: str | None

    @classmethod
    def of(cls, origin: Origin) -> Place:
        """Where the plugin of an origin lies."""
        dropped = origin.version == _DROP_IN and origin.sources
        return cls(origin.plugin, str(origin.sources[0].absolute()) if dropped else None)

    def candidate(self) -> Candidate:
        """The plugin, not loaded yet."""
        (found,) = installed({self.name}) if self.file is None else dropped_in([Path(self.file)], None)
        return found

    def as_json(self) -> dict[str, str | None]:
        """The place as JSON data."""
        return asdict(self)
