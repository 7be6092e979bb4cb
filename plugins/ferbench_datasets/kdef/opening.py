"""KDEF opened: session, sex, person, expression and angle stand in the names of the files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import Row
from ferbench_datasets.child_folders import child
from ferbench_datasets.choices import one_of
from ferbench_datasets.kdef.card import ANGLE_OF_CODE, CARD, CLASS_OF_CODE, CLASSES, SEX_OF_CODE, UNLABELLED
from ferbench_datasets.listing import pictures_below, visible
from ferbench_datasets.named_pictures import rows_by_name
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.subjects import SubjectOptions, of_subjects
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

FORM = "AF01ANFL.JPG: session, sex and number of the person, expression, angle"
_NAME = re.compile(rf"([AB])([FM])([0-9]{{2}})({'|'.join(CLASS_OF_CODE)})({'|'.join(ANGLE_OF_CODE)})", re.IGNORECASE)
#: From the outside in; the archive unpacks into a folder of its own name.
_FOLDERS = ("KDEF_and_AKDEF", "KDEF_and_AKDEF", "KDEF")


@dataclass(frozen=True, slots=True, kw_only=True)
class KdefOptions(SubjectOptions):
    """`angle` is a code of the file names."""

    angle: str | None = None


def open_kdef(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the pictures of KDEF; an id is the official name without extension (`AF01ANFL`).

    `group` is the person, `F01`, whom AF01 and BF01 show in two sessions.

    Raises:
        DataNotFound: no pictures are there.
        DataError: pictures with other names, or two of one name.
        UsageError: a split, an option, an angle or a person that KDEF does not have.
    """
    require_split(CARD, split)
    chosen = read_options(KdefOptions, CARD, options)
    angle = one_of(CARD, "angle", chosen.angle, ANGLE_OF_CODE, "")
    folder = innermost(require_folder(CARD, root))
    pictures = pictures_below(folder)
    if not pictures:
        names = first_few([entry.name for entry in visible(folder)])
        raise not_found(CARD, folder, f"It holds no pictures, but {names or 'nothing'}.")
    labelled = [path for path in pictures if path.stem.upper() not in UNLABELLED]
    rows = rows_by_name(f"The pictures of KDEF in {shown(folder)} were to be listed.", labelled, row_of, FORM)
    tested, words = of_subjects(CARD, rows, chosen)
    return PictureFiles(
        rows=tuple(row for row in tested if not angle or row.attributes["angle"] == ANGLE_OF_CODE[angle]),
        classes=CLASSES,
        layout=", ".join(filter(None, ("names of files", f"angle {angle or 'all'}", words, left_out(pictures)))),
    )


def innermost(folder: Path) -> Path:
    """The folder of the pictures, as far as the usual folders lead to it."""
    for name in _FOLDERS:
        folder = child(folder, name) or folder
    return folder


def left_out(pictures: list[Path]) -> str:
    """In words, the pictures of the release that have no label; empty where there are none."""
    names = [path.name for path in pictures if path.stem.upper() in UNLABELLED]
    return f"{len(names)} without an expression in their name left out: {first_few(names)}" if names else ""


def row_of(path: Path) -> Row | None:
    """The row of a picture; None for a name of another form."""
    match = _NAME.fullmatch(path.stem)
    if match is None:
        return None
    session, sex, number, expression, angle = (part.upper() for part in match.groups())
    return Row(
        id=f"{session}{sex}{number}{expression}{angle}",
        label=CLASS_OF_CODE[expression],
        source=path,
        attributes={"angle": ANGLE_OF_CODE[angle], "sex": SEX_OF_CODE[sex], "session": session},
        group=f"{sex}{number}",
    )
