"""A data set as checks look at it: all splits that are here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError, MissingError
from ferbench.interfaces import DatasetEntry
from ferbench.pipeline.plugin_calls import open_dataset
from ferbench.testing.processes.start import in_new_process
from ferbench.testing.subjects.base import Subject

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.pipeline.plugin_calls import PluginDataset


@dataclass(frozen=True, kw_only=True)
class DatasetSubject(Subject[DatasetEntry]):
    """A data set, and where it lies."""

    root: Path | None

    def open(self, split: str | None = None) -> PluginDataset:
        """A split, by default the one that runs take by default, opened anew."""
        return open_dataset(self.registered, self.root, split or self.registered.entry.card.default_split, self.options)

    @cached_property
    def opened(self) -> PluginDataset:
        """The default split."""
        return self.open()

    @cached_property
    def splits(self) -> dict[str, PluginDataset]:
        """Every split that is here and whole, by its name; the default one, which must be, comes first."""
        found = {self.registered.entry.card.default_split: self.opened}
        for split in self.registered.entry.card.splits:
            if split in found:
                continue
            try:
                found[split] = self.open(split)
            except (MissingError, DataError):
                # A tree with the test split alone is a usual one. A plugin that raises something else is broken.
                continue
        return found

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of opening the default split; see `open_dataset` of the tasks."""
        root = str(self.root) if self.root else None
        request = {"name": self.name, "options": dict(self.options), "root": root}
        return in_new_process("open_dataset", self.found_again(), **request)
