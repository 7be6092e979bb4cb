"""RAF-DB in the layouts in which it circulates, always with the same ids, labels and order of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.rafdb_attributes import manual_attributes
from ferbench_datasets.rafdb_card import CARD, CLASSES, TOTALS
from ferbench_datasets.rafdb_folders import folder_rows, split_folder
from ferbench_datasets.rafdb_images import require_images
from ferbench_datasets.rafdb_list import label_list, listed_rows, require_official
from ferbench_datasets.rafdb_ran import RAN
from ferbench_datasets.rafdb_root import find_base
from ferbench_datasets.ran_lists import find_ran_lists, ran_attributes
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.interfaces import Row

#: Names under which the set circulates, in lower case and without separators.
USUAL_NAMES = frozenset({"basic", "dataset", "rafdb", "rafbasic", "rafdbbasic"})

_CLASS_OF = {str(label): name for label, name in enumerate(CLASSES, start=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RafdbOptions:
    """`images` names a folder of `Image/`, `layout_order` says what the folders 0..6 mean, `ran_lists` is a folder."""

    images: str | None = None
    layout_order: str | None = None
    ran_lists: str | None = None


def open_rafdb(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find a split of RAF-DB; a label list goes before class folders where both are there.

    Ids are official ones such as `test_0001`; a picture under another name, which only class folders can have, has
    the id `fear/NAME`.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: a layout that cannot be used as it is.
        UsageError: a split or an option that RAF-DB does not have.
    """
    require_split(CARD, split)
    chosen = read_options(RafdbOptions, CARD, options)
    folder = require_folder(CARD, root)
    base = find_base(CARD, folder, USUAL_NAMES)
    rows, layout = split_rows(base, split, chosen)
    lists = find_ran_lists(chosen.ran_lists, (base, folder), split, RAN)
    attributes = manual_attributes(base, [row.id for row in rows])
    subsets, words = ran_attributes(lists, RAN, {row.id: row.label for row in rows}, CLASSES) if lists else ({}, "")
    complete = [replace(row, attributes=attributes.get(row.id, {}) | subsets.get(row.id, {})) for row in rows]
    return PictureFiles(rows=tuple(sorted(complete, key=lambda row: row.id)), classes=CLASSES, layout=layout + words)


def split_rows(base: Path, split: str, options: RafdbOptions) -> tuple[list[Row], str]:
    """Rows of a split without attributes, and the layout in words."""
    labels = label_list(base, split)
    if labels is not None:
        require_none(base, "layout_order", options.layout_order)
        require_images(options.images)
        rows, layout = listed_rows(base, labels, split, options.images, _CLASS_OF)
        require_official(labels, rows, TOTALS[split])
        return rows, layout
    folder = split_folder(base, split)
    if folder is not None:
        require_none(base, "images", options.images)
        return folder_rows(folder, split, options.layout_order)
    raise not_found(CARD, base, f"There is neither a label list nor a folder of the split {split}.")


def require_none(base: Path, name: str, value: str | None) -> None:
    """Refuse an option that means nothing in the layout that was found."""
    if value is not None:
        raise UsageError(
            f"{name}={value} was given for RAF-DB in {shown(base)}.",
            "layout_order is for class folders and images is for a label list; this tree has the other layout.",
            "Leave the option out.",
        )
