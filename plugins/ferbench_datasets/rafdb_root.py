"""Where in a data root RAF-DB lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench_datasets.base_search import search_base
from ferbench_datasets.rafdb_folders import SPLIT_FOLDERS
from ferbench_datasets.rafdb_list import has_label_list

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.cards import DatasetCard


def find_base(card: DatasetCard, root: Path, usual_names: frozenset[str]) -> Path:
    """The folder that holds a known layout of a part of RAF-DB: the root, or one below it under a usual name.

    Raises:
        DataNotFound: no level has one.
        DataError: one level has several.
    """
    return search_base(card, root, is_base, usual_names)


def is_base(folder: Path) -> bool:
    """Whether a folder holds a label list or the folder of a split."""
    splits = [folder / name for names in SPLIT_FOLDERS.values() for name in names]
    return has_label_list(folder) or any(path.is_dir() for path in splits)
