"""The compound part of RAF-DB: eleven classes, each of two basic expressions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.emotions import canonical_class, parse_class_order
from ferbench.errors import DataError, UsageError
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.rafdb_compound_card import CARD, CLASSES
from ferbench_datasets.rafdb_folders import split_folder
from ferbench_datasets.rafdb_images import require_images
from ferbench_datasets.rafdb_list import label_list, listed_rows
from ferbench_datasets.rafdb_names import picture_rows
from ferbench_datasets.rafdb_root import find_base
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row

#: Names under which the set is looked for, in lower case and without separators.
USUAL_NAMES = frozenset({"compound", "rafdb", "rafcompound", "rafdbcompound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundOptions:
    """`class_order` says what labels and numbered folders mean, `images` names a folder of `Image/`."""

    class_order: str | None = None
    images: str | None = None


def open_rafdb_compound(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find a split of the compound part; a label list goes before class folders where both are there.

    Ids are official ones such as `test_0001`; a picture under another name, which only class folders can have, has
    the id `sadly_angry/NAME`.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: a layout that cannot be used as it is, or whose numbers nothing explains.
        UsageError: a split or an option that the set does not have.
    """
    require_split(CARD, split)
    chosen = read_options(CompoundOptions, CARD, options)
    order = None if chosen.class_order is None else compound_order(chosen.class_order)
    base = find_base(CARD, require_folder(CARD, root), USUAL_NAMES)
    rows, layout = split_rows(base, split, order, chosen.images)
    require_every_class(base, rows)
    return PictureFiles(rows=tuple(sorted(rows, key=lambda row: row.id)), classes=CLASSES, layout=layout)


def compound_order(text: str) -> ClassOrder:
    """The eleven classes in the order that the option gives.

    Raises:
        UsageError: the text is no list of exactly the eleven classes.
    """
    order = parse_class_order(text)
    if set(order) != set(CLASSES):
        raise UsageError(
            f"class_order={text} was given for RAF-DB compound.",
            f"It names {len(order)} classes, and not these eleven: {', '.join(CLASSES)}.",
            "Name each of them once, in the order of the labels from 1.",
        )
    return order


def split_rows(base: Path, split: str, order: ClassOrder | None, images: str | None) -> tuple[list[Row], str]:
    """Rows of a split, and the layout in words."""
    require_images(images)
    labels, folder = label_list(base, split), split_folder(base, split)
    if labels is not None:
        if order is None:
            raise unexplained(f"the labels of {shown(labels)}")
        meanings = {str(label): name for label, name in enumerate(order, start=1)}
        rows, layout = listed_rows(base, labels, split, images, meanings)
        return rows, f"{layout}, in the class order of the option"
    if folder is None:
        raise not_found(CARD, base, f"There is neither a label list nor a folder of the split {split}.")
    if images is not None:
        raise UsageError(
            f"images={images} was given for RAF-DB compound in {shown(base)}.",
            "images is for a label list; this tree has class folders.",
            "Leave the option out.",
        )
    return folder_rows(folder, split, order)


def folder_rows(folder: Path, split: str, order: ClassOrder | None) -> tuple[list[Row], str]:
    """Rows of a split by its class folders, and the layout in words."""
    pictures = pictures_by_folder(folder)
    class_of, words = classes_of(folder, sorted(pictures), order)
    rows, foreign = picture_rows(folder, split, pictures, class_of, None)
    return rows, f"{folder.name}/ with {words}{foreign}"


def classes_of(folder: Path, names: list[str], order: ClassOrder | None) -> tuple[dict[str, str], str]:
    """Folder name -> class, and in words how that is known.

    Raises:
        DataError: folders that are not the eleven classes, or numbers without an order.
        UsageError: an order for folders with names.
    """
    numbers = [[str(number) for number in range(start, start + len(CLASSES))] for start in (0, 1)]
    numbered = next((found for found in numbers if set(found) == set(names)), None)
    if numbered is not None:
        if order is None:
            raise unexplained(f"the folders {numbered[0]}..{numbered[-1]} of {shown(folder)}")
        words = f"folders {numbered[0]}..{numbered[-1]}, in the class order of the option"
        return dict(zip(numbered, order, strict=True)), words
    named = {name: canonical_class(name) for name in names}
    if Counter(named.values()) != Counter(CLASSES):
        raise DataError(
            f"The class folders of {shown(folder)} were to be read.",
            f"They are {first_few(names)}.",
            f"RAF-DB compound has eleven, one for each of {', '.join(CLASSES)}.",
        )
    if order is not None:
        raise UsageError(
            f"A class order was given for the class folders of {shown(folder)}.",
            "Their names say what they are.",
            "Leave class_order out.",
        )
    return {name: found for name, found in named.items() if found is not None}, "folders named by class"


def unexplained(what: str) -> DataError:
    """The error for numbers that may mean any class."""
    return DataError(
        f"RAF-DB compound was to be read by {what}.",
        "The order in which its release numbers the eleven classes is not verified, so that no number tells a class.",
        "Give the order of your copy's readme: class_order=CLASS,CLASS,... with all eleven.",
    )


def require_every_class(base: Path, rows: list[Row]) -> None:
    """Refuse a split that lacks a class."""
    absent = sorted(set(CLASSES) - {row.label for row in rows})
    if absent:
        raise DataError(
            f"RAF-DB compound was to be read from {shown(base)}.",
            f"No picture is of the class {first_few(absent)}.",
            "Unpack the compound part again; the basic part, with seven classes, is the data set `rafdb`.",
        )
