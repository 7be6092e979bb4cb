"""The splits of a data set that are there, each opened, and what opening them already shows."""

from __future__ import annotations

import os
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.doctor.findings import Finding, Member
from ferbench.errors import DataError, DataNotFound, PluginError
from ferbench.pipeline.plugin_calls import open_dataset
from ferbench.pipeline.scope import check_rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from ferbench.catalog import Registered
    from ferbench.interfaces import DatasetEntry, Row
    from ferbench.pipeline.plugin_calls import PluginDataset

#: A split of this name is the whole set; it is opened where none of the others is there.
WHOLE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSplit:
    """A split that is there; `name` is what findings call it."""

    name: str
    split: str
    opened: PluginDataset

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows."""
        return self.opened.rows

    def members(self) -> list[Member]:
        """Its pictures, as findings name them."""
        return [Member(self.name, row.id, row.label) for row in self.rows]

    def paths(self) -> list[str | None]:
        """The file of every row, where it has one: its source is a Path, or a text below the set's own `folder`."""
        folder = getattr(self.opened.dataset, "folder", None)
        return [path_of(row.source, folder) for row in self.rows]

    def picture_keys(self) -> list[Hashable]:
        """One key a row, equal for rows of all splits of a set that are the same picture.

        Files say that, and so do frozen dataclasses; equal numbers and texts may count anew in every split.
        """
        return [
            path or (row.source if is_named(row.source) else (self.name, position))
            for position, (row, path) in enumerate(zip(self.rows, self.paths(), strict=True))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The splits of a set that could be opened, and what there is to say of the others."""

    splits: tuple[OpenSplit, ...]
    findings: tuple[Finding, ...]


def path_of(source: Any, folder: Any) -> str | None:
    """The path of a picture as text, or None."""
    if isinstance(source, Path):
        return str(source)
    below = isinstance(source, str) and isinstance(folder, Path)
    return os.path.join(folder, source) if below else None  # noqa: PTH118 - a Path for each of 300,000 is slow


def is_named(source: Any) -> bool:
    """Whether a source is a dataclass with a hash, all the way down."""
    try:
        hash(source)
    except TypeError:
        return False
    return is_dataclass(source)


def open_splits(
    registered: Registered[DatasetEntry], root: Path | None, splits: Sequence[str], options: Mapping[str, str]
) -> Opening:
    """Open splits: those that are asked for, else all that are there.

    Raises:
        DataNotFound: a split that is asked for, or the whole set, is not there.
        UsageError: a split or an option that the set does not have.
        PluginError: the plugin's own code is broken.
    """
    card = registered.entry.card
    whole = WHOLE in card.splits and len(card.splits) > 1
    wanted = splits or [name for name in card.splits if not (whole and name == WHOLE)]
    opening, absent = open_each(registered, root, wanted, options)
    if whole and not splits and not opening.splits and not opening.findings:
        opening, absent = open_each(registered, root, [WHOLE], options)
    if absent and (splits or not (opening.splits or opening.findings)):
        raise next(iter(absent.values()))
    notes = [
        Finding(kind="split-absent", severity="note", splits=(name,), text=f"The split {name} is not there.")
        for name in absent
    ]
    return Opening(splits=opening.splits, findings=(*opening.findings, *notes))


def open_each(
    registered: Registered[DatasetEntry], root: Path | None, splits: Sequence[str], options: Mapping[str, str]
) -> tuple[Opening, dict[str, DataNotFound]]:
    """Open splits one by one; one that is not there, or that is broken, does not keep the others from being opened."""
    found: list[OpenSplit] = []
    findings: list[Finding] = []
    absent: dict[str, DataNotFound] = {}
    for split in splits:
        try:
            opened = open_dataset(registered, root, split, options)
        except DataNotFound as error:
            absent[split] = error
        except DataError as error:
            findings.append(refused(split, error))
        except PluginError as error:
            if not isinstance(error.__cause__, OSError):
                raise
            findings.append(refused(split, error))
        else:
            findings += broken_rows(split, opened)
            found.append(OpenSplit(name=split, split=split, opened=opened))
    return Opening(splits=tuple(found), findings=tuple(findings)), absent


def refused(split: str, error: DataError | PluginError) -> Finding:
    """The finding that a split cannot be opened, in the words of its plugin."""
    text = f"The split {split} cannot be opened. {error.asked} {error.found} {error.todo}"
    return Finding(kind="cannot-open", severity="error", splits=(split,), text=text)


def broken_rows(split: str, opened: PluginDataset) -> list[Finding]:
    """The finding that a run on these rows would be refused: none at all, an id twice, a label that is no class."""
    try:
        check_rows(opened, split)
    except DataError as error:
        text = f"A run on the split {split} is refused. {error.found} {error.todo}"
        return [Finding(kind="rows", severity="error", splits=(split,), text=text)]
    return []


def compared(splits: Sequence[OpenSplit]) -> tuple[list[OpenSplit], list[Finding]]:
    """The splits whose pictures are compared, without those that hold only pictures of others, by the set's own design.

    First those that are several smaller ones put together are left out, then those that are a part of another one.
    """
    keys = {split.name: set(split.picture_keys()) for split in splits}
    kept = [split.name for split in sorted(splits, key=lambda split: len(keys[split.name]), reverse=True)]
    for name in list(kept):
        smaller = [keys[other] for other in kept if other != name and len(keys[other]) < len(keys[name])]
        if keys[name] and keys[name] <= set().union(*smaller):
            kept.remove(name)
    for name in list(kept):
        if keys[name] and any(keys[name] <= keys[other] for other in kept if other != name):
            kept.remove(name)
    notes = [
        Finding(
            kind="made-of-others",
            severity="note",
            splits=(split.name,),
            text=f"The split {split.name} holds pictures of other splits alone; it is not compared with them.",
        )
        for split in splits
        if split.name not in kept
    ]
    return [split for split in splits if split.name in kept], notes
