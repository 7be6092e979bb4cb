"""What every layout of AffectNet is read into, and the choice of the pictures that belong to a class set.

A split has up to 414,799 pictures: what there is one of a picture is small, and sources are texts, not Paths.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.affectnet.card import CODES
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ferbench.emotions import ClassOrder


class Entry(NamedTuple):
    """An annotated picture: its code is a position in CODES, its source a path below the folder of the reading."""

    id: str
    code: int
    source: str
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Rows of a split whose sources are paths below `folder`, and the layout in words."""

    folder: Path
    rows: list[Row]
    layout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesBelow:
    """A split whose pictures are files: `source` of every row is the path of one below `folder`, as text."""

    folder: Path
    rows: tuple[Row, ...]
    classes: ClassOrder
    #: The layout that was recognised, in words.
    layout: str
    #: What `read` gives is the file, so that the manifest may be cached.
    plain_files: ClassVar[bool] = True

    def read(self, row: Row) -> bytes:
        """The bytes of the row's file; OSError when they cannot be read."""
        source: str = row.source
        return (self.folder / source).read_bytes()


def split_entries(entries: Iterable[Entry], classes: ClassOrder) -> tuple[list[Entry], str]:
    """The entries of the class set, and in words how many others are left out."""
    kept: list[Entry] = []
    left_out = [0] * len(CODES)
    for entry in entries:
        if entry.code < len(classes):
            kept.append(entry)
        else:
            left_out[entry.code] += 1
    words = [f"{count} {name}" for count, name in zip(left_out, CODES, strict=True) if count]
    return kept, f"; left out: {', '.join(words)}" if words else ""


def rows_of(entries: Iterable[Entry], classes: ClassOrder) -> list[Row]:
    """The entries as rows; all their codes are of the class set, which begins CODES."""
    return [Row(id=entry.id, label=classes[entry.code], source=entry.source, box=entry.box) for entry in entries]


def require_every_class(place: Path, rows: Sequence[Row], classes: ClassOrder) -> None:
    """Refuse a split that lacks a whole class."""
    counts = Counter(row.label for row in rows)
    absent = [name for name in classes if not counts[name]]
    if absent:
        raise DataError(
            f"AffectNet with {len(classes)} classes was to be read from {shown(place)}.",
            f"{len(rows)} pictures are there, and none is of {', '.join(absent)}.",
            "Unpack the set again; a copy without contempt is the data set affectnet7.",
        )
