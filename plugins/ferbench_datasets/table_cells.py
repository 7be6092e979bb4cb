"""What the cells of a table mean: a path inside the folder of the table, a label."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from ferbench.emotions import CANONICAL, canonical_class
from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder


def path_inside(asked: str, line: int, text: str, folder: Path) -> Path:
    """The path below `folder`, a resolved one, that a cell names with slashes of either kind; it need not be there.

    Raises:
        DataError: the cell is empty, or leads out of the folder: by an absolute path, by `..`, by a link.
    """
    relative = PurePosixPath(text.replace("\\", "/"))
    windows = PureWindowsPath(text)
    if not text or windows.drive or windows.root or ".." in relative.parts:
        raise DataError(
            asked,
            f"Line {line} has the path {shown(text)!r}.",
            "Paths are relative to the folder of the table and stay inside it, without `..`.",
        )
    path = folder / relative
    if not stays_inside(path, folder):
        raise DataError(
            asked,
            f"Line {line} has the path {shown(text)!r}, a link that leads out of the folder of the table.",
            "Put the pictures themselves into the folder.",
        )
    return path


def stays_inside(path: Path, folder: Path) -> bool:
    """Whether a path lies in a resolved folder once all links are followed; not when they cannot be followed."""
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether a file is there; False too for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def path_id(path: Path, folder: Path) -> str:
    """Path below the folder with `/`, in Unicode NFC."""
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


def class_of(asked: str, line: int, text: str, order: ClassOrder | None) -> str:
    """Class of a label: a class name in any spelling or, where an order is given, a position in it from 0.

    Raises:
        DataError: a number without an order or outside it, a name that is no class or not in the order.
    """
    if re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        return class_at(asked, line, int(text), order)
    name = canonical_class(text)
    if name is None or name not in (order or CANONICAL):
        raise DataError(
            asked,
            f"Line {line} has the label {shown(text)!r}.",
            f"The classes are {', '.join(order or CANONICAL)}; synonyms such as `happy` are known.",
        )
    return name


def class_at(asked: str, line: int, index: int, order: ClassOrder | None) -> str:
    """Class at a position of the order."""
    if order is None:
        raise DataError(
            asked,
            f"Line {line} has the label {index}, and no number says by itself which class it means.",
            "Give the order of the numbers, from 0: classes=rafdb, classes=affectnet7 or classes=neutral,happiness,...",
        )
    if not 0 <= index < len(order):
        numbers = ", ".join(f"{i} {name}" for i, name in enumerate(order))
        raise DataError(asked, f"Line {line} has the label {index}; there are {numbers}.", "Correct the line.")
    return order[index]
