"""The numbered release: `val_set/images/12.jpg` with `val_set/annotations/12_exp.npy`, or with a list of labels.

The annotations are the truth: every picture of the class set that they name must be there. Pictures without an
annotation are no part of the split, and the layout says how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.affectnet.entries import Entry, Reading, rows_of, split_entries
from ferbench_datasets.affectnet.expression_files import read_expressions
from ferbench_datasets.affectnet.label_lists import find_list, read_list
from ferbench_datasets.affectnet.names import number_in, numbered_id
from ferbench_datasets.affectnet.scanning import file_names
from ferbench_datasets.affectnet.split_folders import one_folder
from ferbench_datasets.listing import is_picture
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.emotions import ClassOrder

#: Folders of a split.
SPLIT_FOLDERS = {"train": ("train_set",), "val": ("val_set", "valid_set")}


def find_annotated(base: Path, split: str, _: int) -> Path | None:
    """The folder of a split that has annotations, or None."""
    return one_folder(base, split, SPLIT_FOLDERS[split], "annotations")


def find_listed(base: Path, split: str, n_classes: int) -> Path | None:
    """The list of labels of a split, or None."""
    folder = one_folder(base, split, SPLIT_FOLDERS[split], "images")
    return None if folder is None else find_list((folder, base), split, n_classes)


def read_annotated(_base: Path, folder: Path, _split: str, classes: ClassOrder) -> Reading:
    """Rows by the files `*_exp.npy` of a split folder."""
    code_of = read_expressions(folder / "annotations")
    return read_numbered(folder, code_of, classes, f"{folder.name}/images, annotations/*_exp.npy")


def read_listed(base: Path, labels: Path, split: str, classes: ClassOrder) -> Reading:
    """Rows by a list of labels."""
    folder = one_folder(base, split, SPLIT_FOLDERS[split], "images")
    assert folder is not None, "there is no list without it"
    code_of = read_list(labels, len(classes))
    return read_numbered(folder, code_of, classes, f"{folder.name}/images, {labels.name}")


def read_numbered(folder: Path, code_of: Mapping[int, int], classes: ClassOrder, layout: str) -> Reading:
    """Rows of the pictures below `folder` that have a code of the class set, by number.

    Raises:
        DataError: pictures are absent, or two files stand for one number.
    """
    file_of = numbered_pictures(folder / "images")
    entries = (
        Entry(id=numbered_id(number), code=code_of[number], source=file_of.get(number, ""), box=None)
        for number in sorted(code_of)
    )
    kept, left_out = split_entries(entries, classes)
    absent = [entry.id for entry in kept if not entry.source]
    if absent:
        raise DataError(
            f"The {len(kept)} annotated pictures of AffectNet were looked for in {shown(folder / 'images')}.",
            f"{len(absent)} of them are not there: {first_few(absent)}.",
            "Unpack the pictures again: without them the score would stand on another test set.",
        )
    without = len(file_of.keys() - code_of.keys())
    unnamed = f"; pictures without a label, which are no part of the split: {without}" if without else ""
    return Reading(folder=folder, rows=rows_of(kept, classes), layout=f"{layout}{left_out}{unnamed}")


def numbered_pictures(folder: Path) -> dict[int, str]:
    """Number -> path below the split folder of every picture in `images/` that is named by a number."""
    file_of: dict[int, str] = {}
    for name in file_names(folder):
        number = number_in(name.partition(".")[0])
        if number is None or not is_picture(name):
            continue
        if number in file_of:
            raise DataError(
                f"The pictures of {shown(folder)} were to be listed.",
                f"The number {number} stands there twice: {file_of[number]} and {folder.name}/{name}.",
                "Keep one of them: an image that counts twice makes every number wrong.",
            )
        file_of[number] = f"{folder.name}/{name}"
    return file_of
