"""Rows of a folder with one subfolder for each class of a known set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.emotions import canonical_class
from ferbench.errors import DataError
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.folder import classes_by_name
from ferbench_datasets.listing import relative_id, subfolders
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row


def class_rows(folder: Path, classes: ClassOrder, row_of: Callable[[Path, str], Row]) -> list[Row]:
    """The rows of all pictures below the class folders, by id; `row_of` takes a picture and its class.

    Raises:
        DataError: other classes than `classes`, an empty one, pictures beside them, two pictures of one id.
    """
    pictures = pictures_by_folder(folder)
    class_of = classes_by_name(folder, list(pictures))
    require_classes(folder, classes, set(class_of.values()))
    rows = [row_of(path, class_of[name]) for name, paths in pictures.items() for path in paths]
    asked = f"The pictures of {shown(folder)} were to be listed."
    require_unique(asked, ((row.id, str(row.source.relative_to(folder))) for row in rows))
    return sorted(rows, key=lambda row: row.id)


def require_classes(folder: Path, classes: ClassOrder, found: set[str]) -> None:
    """Refuse a folder that has not exactly these classes."""
    if found == set(classes):
        return
    absent = [name for name in classes if name not in found]
    foreign = sorted(found - set(classes))
    raise DataError(
        f"The class folders of {shown(folder)} were to be read.",
        f"Absent: {', '.join(absent) or 'none'}; not of this set: {', '.join(foreign) or 'none'}.",
        f"The set has the classes {', '.join(classes)}, one folder for each; unpack it again.",
    )


def holds_classes(folder: Path, classes: ClassOrder) -> bool:
    """Whether a subfolder is named like one of the classes."""
    return any(canonical_class(below.name) in classes for below in subfolders(folder))


def stem_of(path: Path) -> str:
    """File name without the extension, in Unicode NFC; DataError when it is no UTF-8."""
    return relative_id(path.with_suffix(""), path.parent)
