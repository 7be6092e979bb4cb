"""What an opened data set is: rows that name picture files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFiles:
    """A split whose pictures are files: `source` of every row is a Path."""

    rows: tuple[Row, ...]
    classes: ClassOrder
    #: The layout that was recognised, in words.
    layout: str
    #: What `read` gives is the file, so that the manifest may be cached.
    plain_files: ClassVar[bool] = True

    def read(self, row: Row) -> bytes:
        """The bytes of the row's file; OSError when they cannot be read."""
        path: Path = row.source
        return path.read_bytes()


def require_unique(asked: str, places: Iterable[tuple[str, str]]) -> None:
    """Refuse (id, place) pairs in which an id has two places."""
    place_of: dict[str, str] = {}
    for name, place in places:
        if name in place_of:
            raise DataError(
                asked,
                f"The id {shown(name)} stands there twice: {shown(place_of[name])} and {shown(place)}.",
                "Keep one of them: an image that counts twice makes every number wrong.",
            )
        place_of[name] = place
