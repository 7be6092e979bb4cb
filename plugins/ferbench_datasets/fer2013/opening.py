"""FER2013 opened: the official table of pixels, or the folders of pictures that circulate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.fer2013.card import CARD, CLASSES, USAGES
from ferbench_datasets.fer2013.folders import folder_rows, has_folders
from ferbench_datasets.fer2013.pixel_dataset import PixelCells
from ferbench_datasets.fer2013.pixel_table import read_records
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import read_options, require_folder, require_split
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench_datasets.fer2013.pixel_table import Record

#: Tables under their official names, the one that wins first.
TABLES = ("fer2013.csv", "icml_face_data.csv")

_USUAL_NAMES = frozenset(
    {"fer2013", "data", "archive", "challengesinrepresentationlearningfacialexpressionrecognitionchallenge"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fer2013Options:
    """FER2013 has no options."""


def open_fer2013(root: Path | None, split: str, **options: Any) -> PixelCells | PictureFiles:
    """Find a split of FER2013; the table goes before folders where both are there.

    The id of a picture is `row_` and the number of its row in the table, from 0, in five digits. In folders it is its
    class and the name of its file without the extension (`anger/PrivateTest_10131363`).

    Raises:
        DataNotFound: no known layout.
        DataError: a layout that cannot be used as it is, or folders that do not tell which pictures are the split.
        UsageError: a split or an option that FER2013 does not have.
    """
    require_split(CARD, split)
    read_options(Fer2013Options, CARD, options)
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    table = find_table(base)
    if table is not None:
        return open_table(table, split)
    rows, layout = folder_rows(base, split)
    return PictureFiles(rows=tuple(sorted(rows, key=lambda row: row.id)), classes=CLASSES, layout=layout)


def is_base(folder: Path) -> bool:
    """Whether a folder holds the table or folders of splits."""
    return find_table(folder) is not None or has_folders(folder)


def find_table(folder: Path) -> Path | None:
    """The table in a folder, or None."""
    return next((folder / name for name in TABLES if (folder / name).is_file()), None)


def open_table(path: Path, split: str) -> PixelCells:
    """The rows of a split, in the order of the table."""
    chosen = [record for record in read_records(path) if record.usage in USAGES[split]]
    if not chosen:
        raise DataError(
            f"The split {split} of {shown(path)} was asked for.",
            f"No row has the Usage {' or '.join(USAGES[split])}.",
            "Unpack fer2013.tar.gz again; the table is cut short.",
        )
    rows = tuple(Row(id=f"row_{record.number:05d}", label=class_of(path, record), source=record) for record in chosen)
    layout = f"{path.name}, rows of the Usage {' and '.join(USAGES[split])}"
    return PixelCells(path=path, rows=rows, classes=CLASSES, layout=layout)


def class_of(path: Path, record: Record) -> str:
    """Class of the number in the column `emotion`."""
    if record.emotion not in map(str, range(len(CLASSES))):
        raise DataError(
            f"The labels of {shown(path)} were to be read.",
            f"Line {record.line} has the emotion {shown(record.emotion)!r}; "
            f"there are {', '.join(f'{number} {name}' for number, name in enumerate(CLASSES))}.",
            "Correct the line.",
        )
    return CLASSES[int(record.emotion)]
