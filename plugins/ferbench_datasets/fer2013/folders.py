"""FER2013 as folders of pictures, one folder for each class.

What circulates under `test/` is PublicTest and PrivateTest together, and copies with a third folder swap the two. So
what a folder holds is told by the names that Kaggle gave to the files, such as `PrivateTest_10131363.jpg`, else by the
counts by class, which differ in all splits, and never by the name of the folder alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.class_rows import require_classes, stem_of
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.fer2013.card import CARD, CLASSES, COUNTS, COUNTS_OF_USAGE, USAGES
from ferbench_datasets.folder import classes_by_name
from ferbench_datasets.listing import subfolders
from ferbench_datasets.opened import require_unique
from ferbench_datasets.request import not_found
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

TRAINING_FOLDERS = frozenset({"train", "training"})
EVALUATION_FOLDERS = frozenset({"test", "valid", "val", "validation", "publictest", "privatetest"})

_KAGGLE_NAME = re.compile(r"(Training|PublicTest|PrivateTest)_[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in a class folder; `usage` is what it is known to belong to."""

    path: Path
    label: str
    usage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The pictures of one split folder, and how their usage is known."""

    folder: Path
    pictures: tuple[Picture, ...]
    known_by: str

    @property
    def usages(self) -> frozenset[str | None]:
        """The usages of the pictures; {None} where nothing tells."""
        return frozenset(picture.usage for picture in self.pictures)


def has_folders(base: Path) -> bool:
    """Whether a folder holds a folder of any split."""
    return any(below.name.lower() in TRAINING_FOLDERS | EVALUATION_FOLDERS for below in subfolders(base))


def folder_rows(base: Path, split: str) -> tuple[list[Row], str]:
    """Rows of a split by its class folders, and the layout in words.

    Raises:
        DataNotFound: no folder that may hold the split.
        DataError: folders that cannot be read as FER2013, or that do not tell which pictures are the split.
    """
    names = TRAINING_FOLDERS if split == "train" else EVALUATION_FOLDERS
    folders = [below for below in subfolders(base) if below.name.lower() in names]
    if not folders:
        raise not_found(CARD, base, f"There is no folder that may hold the split {split}.")
    holdings = [holding_of(folder) for folder in folders]
    pictures, layout = choose(holdings, split)
    if not pictures:
        raise untold(base, split, holdings)
    rows = [Row(id=picture_id(picture), label=picture.label, source=picture.path) for picture in pictures]
    asked = f"The {split} pictures of {shown(base)} were to be listed."
    require_unique(asked, ((row.id, str(row.source.relative_to(base))) for row in rows))
    return rows, layout


def choose(holdings: list[Holding], split: str) -> tuple[list[Picture], str]:
    """The pictures of a split and the layout in words; none where it is not proven which they are."""
    wanted = set(USAGES[split])
    holders = [holding for holding in holdings if holding.usages & wanted]
    told = [picture for holding in holders for picture in holding.pictures if picture.usage in wanted]
    if {picture.usage for picture in told} == wanted:
        places = ", ".join(f"{holding.folder.name}/ {holding.known_by}" for holding in holders)
        return told, f"class folders, {' and '.join(USAGES[split])} in {places}"
    alone = holdings[0] if len(holdings) == 1 else None
    if alone and alone.usages == {None} and split in {"train", "merged"}:
        return list(alone.pictures), f"class folders, all of {alone.folder.name}/"
    return [], ""


def holding_of(folder: Path) -> Holding:
    """What a split folder holds, by the names of its files, else by its counts."""
    labelled = labelled_pictures(folder)
    named = {path: _KAGGLE_NAME.fullmatch(path.stem) for path, _ in labelled}
    strange = [path.name for path, match in named.items() if match is None]
    if 0 < len(strange) < len(labelled):
        raise DataError(
            f"The pictures of {shown(folder)} were to be told apart by their names.",
            f"{len(strange)} of {len(labelled)} are not named as on Kaggle: {first_few(strange)}.",
            "Remove what was added to the set, or unpack it again.",
        )
    counted = usage_by_counts(Counter(label for _, label in labelled)) if strange else None
    pictures = tuple(
        Picture(path=path, label=label, usage=match[1] if (match := named[path]) else counted)
        for path, label in labelled
    )
    return Holding(folder=folder, pictures=pictures, known_by="by its counts" if strange else "by the names of files")


def labelled_pictures(folder: Path) -> list[tuple[Path, str]]:
    """(file, class) of every picture of a split folder; each of the seven classes must be there."""
    pictures = pictures_by_folder(folder)
    class_of = classes_by_name(folder, list(pictures))
    require_classes(folder, CLASSES, set(class_of.values()))
    return [(path, class_of[name]) for name, paths in pictures.items() for path in paths]


def usage_by_counts(found: Counter[str]) -> str | None:
    """The usage that has exactly these counts by class, or None."""
    return next((usage for usage, counts in COUNTS_OF_USAGE.items() if found == Counter(counts)), None)


def picture_id(picture: Picture) -> str:
    """Class and name of the file without the extension: outside Kaggle's copy every class has its im0, im1, ..."""
    return f"{picture.label}/{stem_of(picture.path)}"


def untold(base: Path, split: str, holdings: list[Holding]) -> DataError:
    """The error for folders that do not tell which pictures are the split."""
    return DataError(
        f"The split {split} of {shown(base)}, which is {' and '.join(USAGES[split])}, was asked for.",
        "; ".join(description(holding) for holding in holdings) + ".",
        "Use fer2013.csv, which tells the splits apart. All pictures of one test/ can be scored as another split, on "
        "a board of their own: --split merged",
    )


def description(holding: Holding) -> str:
    """What a split folder is known to hold, for an error."""
    place, counts = shown(holding.folder.name), Counter(picture.label for picture in holding.pictures)
    if holding.usages != {None}:
        return f"{place}/ holds pictures of {' and '.join(sorted(filter(None, holding.usages)))}"
    if counts == Counter(COUNTS["merged"]):
        return (
            f"{place}/ holds PublicTest and PrivateTest together: {counts.total()} pictures with exactly their counts"
        )
    return (
        f"{place}/ holds {counts.total()} pictures; neither their names nor their counts by class are those of "
        "PublicTest or PrivateTest"
    )
