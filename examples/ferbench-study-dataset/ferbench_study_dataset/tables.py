"""CSV files as records that know the line they stand on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A line of a table: its place, for messages, and its cells by column, without outer blanks."""

    place: str
    cells: Mapping[str, str]


def read_table(path: Path, columns: Sequence[str]) -> list[Record]:
    """The records of a CSV file in UTF-8; columns beside the named ones are passed over.

    Raises:
        DataError: no CSV in UTF-8, a column that is missing, a line with an empty cell or with cells too many.
    """
    asked = f"The table {path} was to be read."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = reader.fieldnames or ()
            lines = [(reader.line_num, line) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(asked, f"It cannot be read: {error}.", "Save it as CSV, in UTF-8.") from error
    absent = [name for name in columns if name not in header]
    if absent:
        raise DataError(asked, f"It has no column {', '.join(absent)}.", f"It needs: {', '.join(columns)}.")
    return [record_of(asked, f"line {number} of {path.name}", line, columns) for number, line in lines]


def record_of(asked: str, place: str, line: Mapping[str | Any, str | Any], columns: Sequence[str]) -> Record:
    """One record; csv gives None for cells that a short line lacks, and keeps those of a long line under None."""
    if None in line:
        raise DataError(asked, f"There are more cells than columns in {place}.", "Put a cell with a comma in quotes.")
    cells = {name: (line[name] or "").strip() for name in columns}
    empty = [name for name, text in cells.items() if not text]
    if empty:
        raise DataError(asked, f"In {place} there is no {', '.join(empty)}.", "Fill the cell, or delete the line.")
    return Record(place=place, cells=cells)
