"""Where in a data root RAF-DB lies: there, or under a usual name one or two levels below, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.listing import subfolders, visible
from ferbench_datasets.rafdb_card import CARD
from ferbench_datasets.rafdb_folders import SPLIT_FOLDERS
from ferbench_datasets.rafdb_list import has_label_list
from ferbench_datasets.request import not_found
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = 2
#: Names under which the set circulates, in lower case and without separators.
_USUAL_NAMES = frozenset({"basic", "dataset", "rafdb", "rafbasic", "rafdbbasic"})


def find_base(root: Path) -> Path:
    """The folder that holds a known layout: the root, or the only such folder on the first level that has one.

    Raises:
        DataNotFound: no level has one.
        DataError: one level has several.
    """
    level = [root]
    for _ in range(LEVELS + 1):
        bases = [folder for folder in level if is_base(folder)]
        if len(bases) > 1:
            raise DataError(
                f"The data set {CARD.name} was looked for in {shown(root)}.",
                f"Several folders there look like it: {first_few(bases)}.",
                "Name one of them with --data-root.",
            )
        if bases:
            return bases[0]
        level = [below for folder in level for below in subfolders(folder) if has_usual_name(below)]
    names = [entry.name for entry in visible(root)]
    raise not_found(CARD, root, f"No known layout is there. The folder holds: {first_few(names) or 'nothing'}.")


def is_base(folder: Path) -> bool:
    """Whether a folder holds a label list or the folder of a split."""
    splits = [folder / name for names in SPLIT_FOLDERS.values() for name in names]
    return has_label_list(folder) or any(path.is_dir() for path in splits)


def has_usual_name(folder: Path) -> bool:
    """Whether RAF-DB circulates under the name of this folder (`RAF-DB`, `basic`, `DATASET`, ...)."""
    return folder.name.lower().translate({ord(mark): None for mark in "-_ "}) in _USUAL_NAMES
