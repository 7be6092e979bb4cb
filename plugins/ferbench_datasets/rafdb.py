"""RAF-DB in the layouts in which it circulates, always with the same ids, labels and order of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.rafdb_attributes import manual_attributes
from ferbench_datasets.rafdb_card import CARD, CLASSES
from ferbench_datasets.rafdb_folders import folder_rows, split_folder
from ferbench_datasets.rafdb_list import IMAGE_FOLDERS, label_list, listed_rows
from ferbench_datasets.rafdb_root import find_base
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.interfaces import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RafdbOptions:
    """`images` names a folder of `Image/`; `layout_order` says what the folders 0..6 mean."""

    images: str | None = None
    layout_order: str | None = None


def open_rafdb(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find a split of RAF-DB; a label list goes before class folders where both are there.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: a layout that cannot be used as it is.
        UsageError: a split or an option that RAF-DB does not have.
    """
    require_split(CARD, split)
    chosen = read_options(RafdbOptions, CARD, options)
    base = find_base(require_folder(CARD, root))
    rows, layout = split_rows(base, split, chosen)
    attributes = manual_attributes(base, [row.id for row in rows])
    complete = [replace(row, attributes=attributes.get(row.id, {})) for row in rows]
    return PictureFiles(rows=tuple(sorted(complete, key=lambda row: row.id)), classes=CLASSES, layout=layout)


def split_rows(base: Path, split: str, options: RafdbOptions) -> tuple[list[Row], str]:
    """Rows of a split without attributes, and the layout in words."""
    labels = label_list(base, split)
    if labels is not None:
        require_none(base, "layout_order", options.layout_order)
        require_images(options.images)
        return listed_rows(base, labels, split, options.images)
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


def require_images(images: str | None) -> None:
    """Refuse a folder of pictures that is none of the known ones."""
    if images is not None and images not in IMAGE_FOLDERS:
        raise UsageError(
            f"images={images} was given for RAF-DB.",
            f"The known folders of aligned faces are {' and '.join(IMAGE_FOLDERS)}.",
            "Pass one of these, or leave the option out.",
        )
