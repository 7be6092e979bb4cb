"""JAFFE opened: subject and expression stand in the names of the files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import Row
from ferbench_datasets.jaffe.card import CARD, CLASS_OF_CODE, CLASSES
from ferbench_datasets.listing import pictures_below, visible
from ferbench_datasets.named_pictures import rows_by_name
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.subjects import SubjectOptions, of_subjects
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

FORM = "KA.AN1.39.tiff: subject, expression and its number, number of the picture"
#: Converted copies keep the old extension too: `KA.AN1.39.tiff.bmp`.
_NAME = re.compile(rf"([A-Z]{{2}})\.({'|'.join(CLASS_OF_CODE)})([0-9]+)\.([0-9]+)(\.tiff?)?\.[A-Z0-9]+", re.IGNORECASE)


def open_jaffe(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the pictures of JAFFE, at any depth; an id is the official name without extension (`KA.AN1.39`).

    Raises:
        DataNotFound: no pictures are there.
        DataError: pictures with other names, or two of one name.
        UsageError: a split, an option or a subject that JAFFE does not have.
    """
    require_split(CARD, split)
    chosen = read_options(SubjectOptions, CARD, options)
    folder = require_folder(CARD, root)
    pictures = pictures_below(folder)
    if not pictures:
        names = first_few([entry.name for entry in visible(folder)])
        raise not_found(CARD, folder, f"It holds no pictures, but {names or 'nothing'}.")
    rows = rows_by_name(f"The pictures of JAFFE in {shown(folder)} were to be listed.", pictures, row_of, FORM)
    tested, words = of_subjects(CARD, rows, chosen)
    return PictureFiles(rows=tuple(tested), classes=CLASSES, layout=", ".join(filter(None, ("names of files", words))))


def row_of(path: Path) -> Row | None:
    """The row of a picture; None for a name of another form."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    subject, code, number, picture = match[1].upper(), match[2].upper(), int(match[3]), int(match[4])
    return Row(id=f"{subject}.{code}{number}.{picture}", label=CLASS_OF_CODE[code], source=path, group=subject)
