"""CAER-S opened: a folder for each split, and in it one for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.caers.card import CARD, CLASSES
from ferbench_datasets.child_folders import child
from ferbench_datasets.class_rows import class_rows, holds_classes, stem_of
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import not_found, read_options, require_folder, require_split

if TYPE_CHECKING:
    from pathlib import Path

_USUAL_NAMES = frozenset({"caer", "caers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaersOptions:
    """CAER-S has no options."""


def open_caers(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find a split of CAER-S; an id is split, class and file name without extension, such as `test/anger/0001`.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: class folders that are not the seven of CAER-S.
        UsageError: a split or an option that CAER-S does not have.
    """
    require_split(CARD, split)
    read_options(CaersOptions, CARD, options)
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    folder = child(base, split)
    if folder is None:
        raise not_found(CARD, base, f"There is no folder {split}.")

    def row_of(path: Path, label: str) -> Row:
        return Row(id=f"{split}/{label}/{stem_of(path)}", label=label, source=path)

    rows = class_rows(folder, CLASSES, row_of)
    return PictureFiles(rows=tuple(rows), classes=CLASSES, layout=f"class folders in {folder.name}/")


def is_base(folder: Path) -> bool:
    """Whether a folder holds a split with class folders."""
    splits = [child(folder, split) for split in CARD.splits]
    return any(found is not None and holds_classes(found, CLASSES) for found in splits)
