"""The catalog: name -> entry and the plugin that gave it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Generic, TypeVar

from ferbench.errors import PluginError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferbench.interfaces import DatasetEntry, DetectorEntry, LedgerEntry, MetricEntry, ModelEntry, ModelScheme

T = TypeVar("T", "ModelEntry", "ModelScheme", "DatasetEntry", "MetricEntry", "DetectorEntry", "LedgerEntry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The plugin that an entry came from.

    `sources` are its files and folders, `sha256` is over the names and bytes of its Python files when it was loaded.
    """

    plugin: str
    distribution: str
    version: str
    sources: tuple[Path, ...]
    sha256: str


def sources_sha256(sources: tuple[Path, ...]) -> str:
    """Hexadecimal SHA-256 over relative names and bytes of all Python files at or under the given paths."""
    digest = hashlib.sha256()
    for source in sources:
        for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(source.parent).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Generic[T]):
    """An entry and its origin."""

    entry: T
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """How loading a plugin went. `error` is empty, or the traceback of what broke."""

    name: str
    origin: Origin | None
    provides: tuple[str, ...] = ()
    error: str = ""
    reason: str = ""


class Shelf(Generic[T]):
    """Entries of one kind by name. A name that two plugins give is an error for who asks for it, for nobody else."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, list[Registered[T]]] = {}

    def add(self, registered: Registered[T]) -> None:
        """Put an entry on the shelf."""
        self._entries.setdefault(registered.entry.card.name, []).append(registered)

    def __iter__(self) -> Iterator[Registered[T]]:
        """All entries whose name is unique, in the order in which the plugins gave them."""
        return (found[0] for found in self._entries.values() if len(found) == 1)

    def clashes(self) -> dict[str, list[str]]:
        """Names that several plugins give, with those plugins."""
        return {name: [item.origin.plugin for item in found] for name, found in self._entries.items() if len(found) > 1}

    def get(self, name: str) -> Registered[T]:
        """The entry of a name.

        Raises:
            UnknownName: no plugin gives it; near names are suggested.
            PluginError: several plugins give it.
        """
        found = self._entries.get(name, [])
        if len(found) == 1:
            return found[0]
        raise self._clash(name, found) if found else self._unknown(name)

    def __contains__(self, name: str) -> bool:
        """Whether a plugin gives this name, or several do."""
        return name in self._entries

    def _unknown(self, name: str) -> UnknownName:
        near = get_close_matches(name, self._entries, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(repr(item) for item in near)}? " if near else ""
        return UnknownName(
            f"The {self.kind} {name!r} was asked for.",
            f"No plugin provides it; {len(self._entries)} others are known.",
            f"{hint}List them with: ferbench list {self.kind.replace(' ', '')}s",
        )

    def _clash(self, name: str, found: list[Registered[T]]) -> PluginError:
        origins = [item.origin for item in found]
        givers = " and ".join(f"{origin.plugin} ({origin.distribution} {origin.version})" for origin in origins)
        return PluginError(
            f"The {self.kind} {name!r} was asked for.",
            f"Several plugins give it: {givers}.",
            "Load only one of them: FERBENCH_LOAD_PLUGINS=NAME,NAME names the installed plugins to load.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that the loaded plugins provide, and how loading them went."""

    models: Shelf[ModelEntry] = field(default_factory=lambda: Shelf("model"))
    schemes: Shelf[ModelScheme] = field(default_factory=lambda: Shelf("model scheme"))
    datasets: Shelf[DatasetEntry] = field(default_factory=lambda: Shelf("data set"))
    metrics: Shelf[MetricEntry] = field(default_factory=lambda: Shelf("metric"))
    detectors: Shelf[DetectorEntry] = field(default_factory=lambda: Shelf("detector"))
    ledgers: Shelf[LedgerEntry] = field(default_factory=lambda: Shelf("ledger"))
    reports: list[PluginReport] = field(default_factory=list)

    def broken(self) -> list[PluginReport]:
        """Plugins that could not be loaded."""
        return [report for report in self.reports if report.error]
