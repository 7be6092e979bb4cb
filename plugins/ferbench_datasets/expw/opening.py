"""ExpW opened: a list of faces beside a folder of pictures."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.child_folders import child, first_of
from ferbench_datasets.expw.card import CARD, CLASSES
from ferbench_datasets.expw.label_list import read_faces
from ferbench_datasets.listing import pictures_in
from ferbench_datasets.opened import PictureFiles, require_unique
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.table_cells import is_file
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferbench_datasets.expw.label_list import Face

_USUAL_NAMES = frozenset({"expw", "data"})
_IMAGES = (("image", "origin"), ("origin",), ("image",))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpwOptions:
    """ExpW has no options."""


def open_expw(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the faces of ExpW; an id is picture and number of the face (`angry_actor_104/0`), `box` the face.

    Pictures that the list does not name are no part of the set.

    Raises:
        DataNotFound: no list, or no pictures beside it.
        DataError: a list that cannot be used as it is, or that names pictures that are not there.
        UsageError: a split or an option that ExpW does not have.
    """
    require_split(CARD, split)
    read_options(ExpwOptions, CARD, options)
    base = search_base(CARD, require_folder(CARD, root), lambda folder: label_list(folder) is not None, _USUAL_NAMES)
    labels, images = label_list(base), first_of(base, _IMAGES)
    if labels is None or images is None:
        raise not_found(CARD, base, "The list is there; the folder of its pictures is not.")
    faces, repeated = read_faces(labels)
    rows = face_rows(faces, images)
    again = f", {repeated} repeated lines left out" if repeated else ""
    layout = f"{labels.relative_to(base).as_posix()}, {images.relative_to(base).as_posix()}/{again}"
    return PictureFiles(rows=tuple(rows), classes=CLASSES, layout=layout)


def label_list(folder: Path) -> Path | None:
    """The list in a folder or in its subfolder `label`, or None."""
    folders = [place for place in (child(folder, "label"), folder) if place is not None]
    return next((place / "label.lst" for place in folders if is_file(place / "label.lst")), None)


def face_rows(faces: Sequence[Face], images: Path) -> list[Row]:
    """The rows of faces whose pictures are all there and whose ids are all different, by id."""
    asked = f"The pictures of {len(faces)} faces were looked for in {shown(images)}."
    require_unique(asked, ((face.id, f"line {face.line}") for face in faces))
    path_of = pictures_by_name(asked, images)
    absent = list(dict.fromkeys(face.image for face in faces if face.image not in path_of))
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} pictures are not there: {first_few(absent)}.",
            "Unpack the pictures again: without them the score would stand on another set.",
        )
    rows = [Row(id=face.id, label=face.label, source=path_of[face.image], box=face.box) for face in faces]
    return sorted(rows, key=lambda row: row.id)


def pictures_by_name(asked: str, folder: Path) -> dict[str, Path]:
    """Name in Unicode NFC -> file."""
    named = [(unicodedata.normalize("NFC", path.name), path) for path in pictures_in(folder)]
    require_unique(asked, ((name, path.name) for name, path in named))
    return dict(named)
