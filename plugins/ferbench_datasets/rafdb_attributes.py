"""Manual attributes of RAF-DB: gender, race and age as annotators perceived them, one file for each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.listing import visible
from ferbench_datasets.rafdb_card import ATTRIBUTES
from ferbench_datasets.reading import read_text
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Five points of two coordinates each, then one number for each attribute.
_FIELDS = 5 * 2 + len(ATTRIBUTES)


def manual_attributes(base: Path, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Id -> attributes of the pictures from `Annotation/manual/`; {} where that folder is not there.

    Raises:
        DataError: the folder is there, and files are absent or broken.
    """
    folder = base / "Annotation" / "manual"
    if not folder.is_dir():
        return {}
    present = {entry.name for entry in visible(folder)}
    absent = [name for name in ids if file_name(name) not in present]
    if absent:
        raise DataError(
            f"The manual attributes of {len(ids)} pictures were looked for in {shown(folder)}.",
            f"{len(absent)} of them have no file: {first_few([file_name(name) for name in absent])}.",
            "Unpack Annotation/manual.zip again, or remove the folder to go without attributes.",
        )
    return {name: read_attributes(folder / file_name(name)) for name in ids}


def file_name(name: str) -> str:
    """Name of the file with the attributes of a picture."""
    return f"{name}_manu_attri.txt"


def read_attributes(path: Path) -> dict[str, str]:
    """Attributes of one file: five lines of coordinates, then a line each for gender, race and age."""
    asked = f"The attributes in {shown(path)} were to be read."
    todo = "Unpack Annotation/manual.zip again, or remove the folder to go without attributes."
    fields = read_text(path).split()
    if len(fields) != _FIELDS:
        raise DataError(asked, f"It holds {len(fields)} numbers, not {_FIELDS}.", todo)
    numbers = dict(zip(ATTRIBUTES, fields[-len(ATTRIBUTES) :], strict=True))
    wrong = [name for name, values in ATTRIBUTES.items() if numbers[name] not in map(str, range(len(values)))]
    if wrong:
        raise DataError(asked, f"{numbers[wrong[0]]!r} is no known {wrong[0]}.", todo)
    return {name: values[int(numbers[name])] for name, values in ATTRIBUTES.items()}
