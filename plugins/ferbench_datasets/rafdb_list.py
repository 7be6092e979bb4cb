"""A part of RAF-DB as a label list beside folders of pictures: the official layout and that of APViT.

The list is the truth: every picture that it names must be there, and pictures that it does not name are no part of
the set. Its lines are `test_0001.jpg 5`, with or without `_aligned`; labels count from 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import DataError, DataNotFound
from ferbench.interfaces import Row
from ferbench_datasets.listing import pictures_below, visible
from ferbench_datasets.opened import require_unique
from ferbench_datasets.rafdb_images import IMAGE_FOLDERS
from ferbench_datasets.rafdb_names import canonical_id, number_of, split_of
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Official lists, of both splits; the first is spelt as it is distributed.
OFFICIAL_LISTS = ("list_patition_label.txt", "list_partition_label.txt")
#: Lists of one split, as APViT has them.
SPLIT_LISTS = {"train": "train.txt", "test": "test.txt"}


def has_label_list(base: Path) -> bool:
    """Whether a label list of any split is there."""
    return any((base / "EmoLabel" / name).is_file() for name in (*OFFICIAL_LISTS, *SPLIT_LISTS.values()))


def label_list(base: Path, split: str) -> Path | None:
    """The label list of a split, official lists first; None where there is none."""
    paths = [base / "EmoLabel" / name for name in (*OFFICIAL_LISTS, SPLIT_LISTS[split])]
    return next((path for path in paths if path.is_file()), None)


def listed_rows(
    base: Path, labels: Path, split: str, images: str | None, class_of: Mapping[str, str]
) -> tuple[list[Row], str]:
    """Rows of a split by its label list, and the layout in words; `class_of` says what a label means."""
    folder = image_folder(base, images)
    label_of = read_labels(labels, split, class_of)
    path_of = find_pictures(folder, list(label_of))
    rows = [Row(id=name, label=label, source=path_of[name]) for name, label in label_of.items()]
    return rows, f"EmoLabel/{labels.name}, Image/{folder.name}"


def image_folder(base: Path, images: str | None) -> Path:
    """The folder of pictures that the option names, else the first of IMAGE_FOLDERS that is there."""
    names = IMAGE_FOLDERS if images is None else (images,)
    folders = [base / "Image" / name for name in names]
    found = next((folder for folder in folders if folder.is_dir()), None)
    if found is None:
        holds = first_few([entry.name for entry in visible(base / "Image")]) if (base / "Image").is_dir() else ""
        raise DataNotFound(
            f"The pictures of RAF-DB were looked for in {' and '.join(shown(folder) for folder in folders)}.",
            f"There is no such folder. Image/ holds: {holds or 'nothing'}.",
            "Unpack Image/aligned.zip of the official release there.",
        )
    return found


def read_labels(path: Path, split: str, class_of: Mapping[str, str]) -> dict[str, str]:
    """Canonical id -> class of a split, in the order of the list.

    Raises:
        DataError: a line that is no name and label, an unknown label, an id that stands twice, no line at all.
    """
    asked = f"The {split} labels of RAF-DB were to be read from {shown(path)}."
    lines = [(number, *parse_line(asked, number, text)) for number, text in numbered_lines(path)]
    chosen = [line for line in lines if split_of(line[1]) == split]
    if len(chosen) < len(lines) and path.name not in OFFICIAL_LISTS:
        number, name = next((number, name) for number, name, _ in lines if split_of(name) != split)
        raise DataError(asked, f"Line {number} names {name}, of another split.", "Restore the list.")
    if not chosen:
        raise DataError(asked, f"None of its {len(lines)} lines names a {split} picture.", "Restore the official list.")
    require_unique(asked, ((name, f"line {number}") for number, name, _ in chosen))
    return {name: meaning(asked, number, label, class_of) for number, name, label in chosen}


def require_official(labels: Path, rows: list[Row], total: int) -> None:
    """Refuse a list that names pictures beyond the official numbers, which run from 1 to `total`."""
    beyond = [row.id for row in rows if not 1 <= number_of(row.id) <= total]
    if beyond:
        raise DataError(
            f"The pictures that {shown(labels)} names were to be the official ones.",
            f"{len(beyond)} of them are none; the last official number is {total}: {first_few(beyond)}.",
            "Restore the official list, or evaluate pictures of your own as the data set `folder` or `table`.",
        )


def parse_line(asked: str, number: int, text: str) -> tuple[str, str]:
    """Canonical id and label of a line."""
    fields = text.split()
    name = canonical_id(Path(fields[0]).stem)
    if len(fields) != 2 or name is None:
        raise DataError(
            asked,
            f"Line {number} is {shown(text)!r}, not a picture and its label such as 'test_0001.jpg 5'.",
            "Restore the official list.",
        )
    return name, fields[1]


def meaning(asked: str, number: int, label: str, class_of: Mapping[str, str]) -> str:
    """Class of a label."""
    if label not in class_of:
        meanings = ", ".join(f"{known} {name}" for known, name in class_of.items())
        raise DataError(
            asked,
            f"Line {number} has the label {shown(label)!r}; there are {meanings}.",
            "Restore the official list.",
        )
    return class_of[label]


def find_pictures(folder: Path, wanted: list[str]) -> dict[str, Path]:
    """Canonical id -> file for every wanted id; all other pictures of the folder are passed over.

    Raises:
        DataError: pictures are absent, or two files stand for one id.
    """
    asked = f"The {len(wanted)} pictures that the list names were looked for in {shown(folder)}."
    ids = set(wanted)
    named = [(canonical_id(path.stem), path) for path in pictures_below(folder)]
    found = [(name, path) for name, path in named if name in ids and name is not None]
    require_unique(asked, ((name, str(path.relative_to(folder))) for name, path in found))
    path_of = dict(found)
    absent = [name for name in wanted if name not in path_of]
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} of them are not there: {first_few(absent)}.",
            "Unpack the pictures again: without them the score would stand on another test set.",
        )
    return path_of
