"""What pictures.csv says: who is in a picture, in which split it stands, and its attributes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ferbench.errors import DataError

from ferbench_study_dataset.card import ATTRIBUTES, CARD
from ferbench_study_dataset.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferbench_study_dataset.tables import Record

#: Columns with few possible values.
VALUES = {"split": CARD.splits, **ATTRIBUTES}
COLUMNS = ("picture", "person", *VALUES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A line of pictures.csv; `name` is the path below the folder of the pictures."""

    name: str
    person: str
    split: str
    attributes: Mapping[str, str]

    @property
    def id(self) -> str:
        """The path without its extension, the same on every system: it does not change with the file format."""
        return unicodedata.normalize("NFC", PurePosixPath(self.name).with_suffix("").as_posix())


def read_pictures(path: Path) -> list[Picture]:
    """The pictures of all splits, in the order of the table.

    Raises:
        DataError: a value that the card does not list, a path that leads elsewhere, an id that stands twice, a person
            in two splits.
    """
    asked = f"The pictures of {path} were to be listed."
    pictures = [picture_of(asked, record) for record in read_table(path, COLUMNS)]
    require_own_ids(asked, pictures)
    require_own_people(asked, pictures)
    return pictures


def picture_of(asked: str, record: Record) -> Picture:
    """One picture whose cells mean something."""
    cells = record.cells
    wrong = [name for name, values in VALUES.items() if cells[name] not in values]
    if wrong:
        raise DataError(
            asked,
            f"In {record.place} the {wrong[0]} is {cells[wrong[0]]!r}.",
            f"It is one of: {', '.join(VALUES[wrong[0]])}. Correct the line, or the card of the plugin.",
        )
    relative = PurePosixPath(cells["picture"])
    if relative.is_absolute() or ".." in relative.parts:
        raise DataError(
            asked,
            f"In {record.place} the picture is {cells['picture']!r}.",
            "Paths are relative to the folder pictures/ and stay inside it.",
        )
    attributes = {name: cells[name] for name in ATTRIBUTES}
    return Picture(name=cells["picture"], person=cells["person"], split=cells["split"], attributes=attributes)


def require_own_ids(asked: str, pictures: Sequence[Picture]) -> None:
    """Refuse an id that stands twice: a picture that counts twice makes every number wrong."""
    seen: set[str] = set()
    for picture in pictures:
        if picture.id in seen:
            raise DataError(asked, f"The picture {picture.id} stands there twice.", "Keep one of the two lines.")
        seen.add(picture.id)


def require_own_people(asked: str, pictures: Sequence[Picture]) -> None:
    """Refuse a person in two splits: a model that has seen the test faces looks better than it is."""
    split_of: dict[str, str] = {}
    for picture in pictures:
        if split_of.setdefault(picture.person, picture.split) != picture.split:
            raise DataError(
                asked,
                f"{picture.person} is in the split {split_of[picture.person]} and in the split {picture.split}.",
                "Put all pictures of a person into one split.",
            )
