"""FERG-DB opened: character and expression stand in the names of the files and of their folders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.emotions import canonical_class
from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.child_folders import child
from ferbench_datasets.ferg.card import CARD, CHARACTERS, CLASSES
from ferbench_datasets.listing import pictures_below, visible
from ferbench_datasets.named_pictures import rows_by_name
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.subjects import SubjectOptions, of_subjects
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

FORM = "aia_anger_10.png: character, expression, number"
_FOLDER = re.compile(rf"({'|'.join(CHARACTERS)})_([a-z]+)", re.IGNORECASE)
_NAME = re.compile(rf"{_FOLDER.pattern}_([0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FergOptions:
    """`subject` is a character."""

    subject: str | None = None


def open_ferg(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the pictures of FERG-DB; an id is the file name without extension in lower case (`aia_anger_10`).

    Raises:
        DataNotFound: no pictures are there.
        DataError: pictures with other names, two of one name, or one that lies in the folder of another expression.
        UsageError: a split, an option or a character that FERG-DB does not have.
    """
    require_split(CARD, split)
    chosen = read_options(FergOptions, CARD, options)
    top = require_folder(CARD, root)
    folder = child(top, "FERG_DB_256") or top
    pictures = pictures_below(folder)
    if not pictures:
        names = first_few([entry.name for entry in visible(folder)])
        raise not_found(CARD, folder, f"It holds no pictures, but {names or 'nothing'}.")
    asked = f"The pictures of FERG-DB in {shown(folder)} were to be listed."
    rows = rows_by_name(asked, pictures, row_of, FORM)
    require_agreement(asked, rows)
    tested, words = of_subjects(CARD, rows, SubjectOptions(subject=chosen.subject))
    return PictureFiles(rows=tuple(tested), classes=CLASSES, layout=", ".join(filter(None, ("names of files", words))))


def row_of(path: Path) -> Row | None:
    """The row of a picture; None for a name of another form."""
    match = _NAME.fullmatch(path.stem)
    label = canonical_class(match[2]) if match else None
    if match is None or label not in CLASSES:
        return None
    character = match[1].lower()
    return Row(id=path.stem.lower(), label=label, source=path, attributes={"character": character}, group=character)


def require_agreement(asked: str, rows: list[Row]) -> None:
    """Refuse a picture whose folder names another character or expression than the picture itself."""
    for row in rows:
        match = _FOLDER.fullmatch(row.source.parent.name)
        if match and (match[1].lower(), canonical_class(match[2])) != (row.group, row.label):
            raise DataError(
                asked,
                f"{shown(row.source.name)} lies in the folder {shown(row.source.parent.name)}.",
                "Put it where its name says, or restore the release.",
            )
