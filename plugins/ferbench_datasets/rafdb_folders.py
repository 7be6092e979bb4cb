"""RAF-DB as class folders: `1..7` in RAF-DB order, `0..6` in RAF-DB or AffectNet order, or folders with class names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferbench.emotions import NAMED_ORDERS, canonical_class
from ferbench.errors import DataError, UsageError
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.rafdb_card import CLASSES, COUNTS, TOTALS
from ferbench_datasets.rafdb_names import picture_rows
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.interfaces import Row

#: Folders of a split, the one that wins first: POSTER V2 has its test pictures in `valid` or in `test`.
SPLIT_FOLDERS = {"train": ("train",), "test": ("test", "valid")}
#: Orders in which the folders 0..6 circulate.
ORDERS = ("rafdb", "affectnet7")
#: The order of a tree whose class names were replaced by their numbers.
ALPHABETICAL = "alphabetical7"

_FROM_ONE = {str(number): name for number, name in enumerate(CLASSES, start=1)}
_FROM_ZERO = tuple(str(number) for number in range(len(CLASSES)))


def split_folder(base: Path, split: str) -> Path | None:
    """The folder of a split, or None."""
    return next((base / name for name in SPLIT_FOLDERS[split] if (base / name).is_dir()), None)


def folder_rows(folder: Path, split: str, layout_order: str | None) -> tuple[list[Row], str]:
    """Rows of a split by its class folders, and the layout in words."""
    pictures = pictures_by_folder(folder)
    counts = {name: len(paths) for name, paths in pictures.items()}
    class_of, layout = classes_of(folder, split, counts, layout_order)
    rows, foreign = picture_rows(folder, split, pictures, class_of, TOTALS[split])
    return rows, f"{folder.name}/ with {layout}{foreign}"


def classes_of(
    folder: Path, split: str, counts: dict[str, int], layout_order: str | None
) -> tuple[dict[str, str], str]:
    """Folder name -> class, and in words how that is known."""
    if counts.keys() == set(_FROM_ZERO):
        return decide_order(folder, split, tuple(counts[name] for name in _FROM_ZERO), layout_order)
    if layout_order is not None:
        raise UsageError(
            f"The order {layout_order!r} was given for the class folders of {shown(folder)}.",
            f"layout_order is for folders 0..6; these are {first_few(list(counts))}.",
            "Leave the option out.",
        )
    if counts.keys() == _FROM_ONE.keys():
        return _FROM_ONE, "folders 1..7"
    return named_classes(folder, list(counts)), "folders named by class"


def named_classes(folder: Path, names: list[str]) -> dict[str, str]:
    """Folder name -> class by the name itself; each of the seven classes must be there once."""
    named = {name: canonical_class(name) for name in names}
    if Counter(named.values()) != Counter(CLASSES):
        raise DataError(
            f"The class folders of {shown(folder)} were to be read.",
            f"They are {', '.join(shown(name) for name in names[:20])}.",
            f"RAF-DB has seven: 1..7, 0..6, or one for each of {', '.join(CLASSES)}.",
        )
    return {name: found for name, found in named.items() if found is not None}


def decide_order(
    folder: Path, split: str, found: tuple[int, ...], layout_order: str | None
) -> tuple[dict[str, str], str]:
    """Classes of the folders 0..6, by the counts of the split, which are all distinct, else by the option.

    Raises:
        DataError: the counts fit no order and none was given, or they fit another than the given one.
        UsageError: the given order is none of ORDERS.
    """
    if layout_order is not None and layout_order not in ORDERS:
        raise UsageError(
            f"The order {layout_order!r} was given for the folders 0..6 of RAF-DB.",
            f"They circulate in the orders {' and '.join(ORDERS)}.",
            "Pass one of these as layout_order.",
        )
    official = {name: tuple(COUNTS[split][item] for item in NAMED_ORDERS[name]) for name in ORDERS}
    proven = next((name for name, counts in official.items() if counts == found), None)
    chosen = layout_order or proven
    if chosen is None or (proven is not None and chosen != proven):
        raise undecided(folder, split, found, official, proven)
    how = "by their counts" if proven else "as the option says"
    return dict(zip(_FROM_ZERO, NAMED_ORDERS[chosen], strict=True)), f"folders 0..6 in {chosen} order, {how}"


def undecided(
    folder: Path, split: str, found: tuple[int, ...], official: dict[str, tuple[int, ...]], proven: str | None
) -> DataError:
    """The error for folders 0..6 whose order is not known, or not the given one."""
    asked = f"The class order of the folders 0..6 of {shown(folder)} was to be told by their counts."
    if proven is not None:
        return DataError(
            asked,
            f"The counts are exactly those of {proven}, another order than the given one.",
            f"Leave layout_order out, or pass layout_order={proven}.",
        )
    if found == tuple(COUNTS[split][item] for item in NAMED_ORDERS[ALPHABETICAL]):
        return DataError(
            asked,
            f"They hold {', '.join(map(str, found))} pictures: the official counts in the order of the alphabet.",
            f"Name the folders by class, from the first to the last: {', '.join(NAMED_ORDERS[ALPHABETICAL])}.",
        )
    expected = "; ".join(f"{name} {', '.join(map(str, counts))}" for name, counts in official.items())
    return DataError(
        asked,
        f"They hold {', '.join(map(str, found))} pictures; official are {expected}. So the order is ambiguous.",
        f"Say what the folders mean: layout_order={' or layout_order='.join(ORDERS)}.",
    )
