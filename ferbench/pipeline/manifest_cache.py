"""Manifests of large data sets, kept so that they need not be read from hundreds of thousands of files each time.

A manifest is kept for one plugin (its SHA-256), data set, split, options and root, and used while the tree below the
root is as it was; see ferbench.pipeline.tree_state for what that can miss. Only sets whose pictures are plain files can
be kept, and only once nothing in the tree has changed for two seconds, since a clock may not tell two changes apart.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.canonical import sha256_json
from ferbench.interfaces import Row
from ferbench.pipeline.plugin_calls import PluginDataset, open_dataset
from ferbench.pipeline.tree_state import TreeState, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferbench.catalog import Registered
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import DatasetEntry

#: Smaller manifests are opened in a second or so.
WORTH_KEEPING = 20_000

_FORMAT = 1
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """A split from the cache: `source` of every row is the path of its picture below `folder`, as text."""

    folder: Path
    rows: tuple[Row, ...]
    classes: ClassOrder
    layout: str | None
    plain_files: bool = True

    def read(self, row: Row) -> bytes:
        """The bytes of the row's file; OSError when they cannot be read."""
        source: str = row.source
        return (self.folder / source).read_bytes()


def open_kept(
    registered: Registered[DatasetEntry],
    root: Path | None,
    split: str,
    options: Mapping[str, Any],
    home: Path | None,
) -> PluginDataset:
    """Open a split, from the cache in the folder `home` where the tree is as it was; raises what open_dataset does."""
    if root is None or home is None:
        return open_dataset(registered, root, split, options)
    place = home / f"{key_of(registered, root, split, options)}.json"
    kept = read(place, root)
    if kept is not None:
        return PluginDataset(kept, registered, kept.rows, kept.classes, kept.layout)
    started = time.time_ns()
    opened = open_dataset(registered, root, split, options)
    sources = plain_sources(opened, root)
    if sources is not None and len(sources) >= WORTH_KEEPING:
        suffixes = frozenset(os.path.splitext(source)[1].lower() for source in sources)  # noqa: PTH122
        state = state_of(places_of(root, options), suffixes)
        if state.newest() < started - _SETTLED_NS:
            write(place, document_of(opened, sources, state))
    return opened


def key_of(registered: Registered[DatasetEntry], root: Path, split: str, options: Mapping[str, Any]) -> str:
    """The name of a manifest in the cache: everything but the tree that it depends on."""
    return sha256_json(
        {
            "format": _FORMAT,
            "plugin": registered.origin.sha256,
            "dataset": registered.entry.card.name,
            "root": str(root.absolute()),
            "folder": str(Path.cwd()),
            "split": split,
            "options": {name: str(value) for name, value in options.items()},
        }
    )


def places_of(root: Path, options: Mapping[str, Any]) -> list[Path]:
    """What a manifest is read from: the root, the folder of a root that is a file, and files that options name."""
    named = [Path(value) for value in options.values() if isinstance(value, str) and value]
    inside = [path for value in named for path in (value, root / value) if path.exists()]
    return [root if root.is_dir() else root.parent, *inside]


def plain_sources(opened: PluginDataset, root: Path) -> list[str] | None:
    """The paths of the pictures below the root; None where they are no plain files, or not all of them lie there.

    A manifest with a label that is no class is not kept either: a run refuses it.
    """
    if not getattr(opened.dataset, "plain_files", False) or not {row.label for row in opened.rows} <= {*opened.classes}:
        return None
    folder = getattr(opened.dataset, "folder", None)
    above = folder if isinstance(folder, Path) else ""
    # Texts and not Paths: there may be 300,000 of them.
    base = os.path.join(os.path.abspath(root), "")  # noqa: PTH100, PTH118
    paths = [os.path.abspath(os.path.join(above, row.source)) for row in opened.rows]  # noqa: PTH100, PTH118
    below = all(path.startswith(base) for path in paths)
    return [path.removeprefix(base) for path in paths] if below else None


def document_of(opened: PluginDataset, sources: list[str], state: TreeState) -> dict[str, Any]:
    """A manifest as JSON data, column by column; columns that say nothing are left out."""
    labels = list(opened.classes)
    number = {name: position for position, name in enumerate(labels)}
    columns = {
        name: [getattr(row, name) for row in opened.rows] for name in ("attributes", "group", "soft_label", "box")
    }
    return {
        "format": _FORMAT,
        "stamps": state.stamps,
        "classes": labels,
        "layout": opened.layout,
        "sources": sources,
        "ids": [row.id for row in opened.rows],
        "labels": [number[row.label] for row in opened.rows],
        **{name: values for name, values in columns.items() if any(value not in (None, {}) for value in values)},
    }


def write(place: Path, document: Mapping[str, Any]) -> None:
    """Put a manifest into the cache; where that cannot be written, the next one is read from the tree again."""
    part = place.with_name(f"{place.name}.{os.getpid()}.part")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(json.dumps(document), encoding="utf-8")
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def read(place: Path, root: Path) -> KeptFiles | None:
    """The manifest at a place of the cache, if one is there and its tree is as it was."""
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            return None
        stamps = {path: (when, size) for path, (when, size) in document["stamps"].items()}
        if not TreeState(stamps=stamps).holds():
            return None
        return KeptFiles(root.absolute(), tuple(rows_of(document)), tuple(document["classes"]), document["layout"])
    # Whatever stands there was not written by this program, or only half: the tree is read instead.
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def rows_of(document: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of a manifest."""
    n, classes, nothing = len(document["ids"]), document["classes"], dict[str, str]()
    absent = [None] * n
    columns = (document.get(name, absent) for name in ("attributes", "group", "soft_label", "box"))
    for name, label, source, attributes, group, soft, box in zip(
        document["ids"], document["labels"], document["sources"], *columns, strict=True
    ):
        yield Row(
            id=name,
            label=classes[label],
            source=source,
            attributes=attributes or nothing,
            group=group,
            soft_label=soft,
            box=None if box is None else tuple(box),
        )
