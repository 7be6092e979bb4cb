"""Where data sets are looked for on this machine, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.config import unreachable
from ferbench.errors import FerbenchError
from ferbench.pipeline.manifest_cache import open_kept

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.catalog import Registered
    from ferbench.config import Settings
    from ferbench.interfaces import DatasetEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A data set: its folder, who says so, and whether its default split can be opened; `ready` is the short of it."""

    dataset: str
    root: str | None
    said_by: str | None
    ready: bool
    state: str


def place_of(registered: Registered[DatasetEntry], settings: Settings) -> Place:
    """The place of a data set; nothing is decoded."""
    card = registered.entry.card
    root = settings.data_root(card.name)
    if root is None and card.needs_root:
        return Place(dataset=card.name, root=None, said_by=None, ready=False, state="no folder is configured")
    ready, state = state_of(registered, root, settings.manifests_home)
    said_by = settings.said_by(card.name) if root else None
    return Place(dataset=card.name, root=str(root) if root else None, said_by=said_by, ready=ready, state=state)


def state_of(registered: Registered[DatasetEntry], root: Path | None, cache: Path | None) -> tuple[bool, str]:
    """Whether the default split can be opened, and what it is, or why it cannot."""
    problem = unreachable(root) if root else ""
    if problem:
        return False, problem
    split = registered.entry.card.default_split
    try:
        opened = open_kept(registered, root, split, {}, cache)
    except FerbenchError as error:
        return False, error.found
    return True, f"{split}: {len(opened.rows):,} images{f' ({opened.layout})' if opened.layout else ''}"
