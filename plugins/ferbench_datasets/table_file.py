"""A CSV file as header and records; every cell is text and stays text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError, UsageError
from ferbench_datasets.reading import read_text
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

#: Spellings of a delimiter that is hard to type.
_SPELT = {"tab": "\t", "\\t": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a table: the line on which it ends, and its cells without outer blanks."""

    line: int
    cells: tuple[str, ...]


def read_table(path: Path, delimiter: str | None) -> tuple[tuple[str, ...], list[Record]]:
    """Header and records of a CSV file; blank lines are passed over.

    Raises:
        DataError: no CSV, no records, a record with more or fewer cells than the header, a column name twice.
        UsageError: a delimiter that is not one character.
    """
    asked = f"The table {shown(path)} was to be read."
    header, *records = parse(path, asked, one_character(delimiter)) or [Record(line=0, cells=())]
    if not records:
        raise DataError(asked, "It holds no rows below its header.", "Give it a header and one row per picture.")
    for record in records:
        if len(record.cells) != len(header.cells):
            raise DataError(
                asked,
                f"Line {record.line} has {len(record.cells)} cells, the header {len(header.cells)}.",
                "Correct the line; put quotes around a cell that holds the delimiter.",
            )
    twice = [name for name in header.cells if name and header.cells.count(name) > 1]
    if twice:
        raise DataError(asked, f"Two columns are called {shown(twice[0])!r}.", "Rename one of them.")
    return header.cells, records


def parse(path: Path, asked: str, delimiter: str) -> list[Record]:
    """All rows that are not blank, the header first."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [Record(line=reader.line_num, cells=tuple(cell.strip() for cell in cells)) for cells in reader]
    except csv.Error as error:
        raise DataError(
            asked, f"Line {reader.line_num} is no CSV: {error}.", 'Save it as CSV, with " as the quotation mark.'
        ) from error
    return [row for row in rows if any(row.cells)]


def one_character(delimiter: str | None) -> str:
    """The delimiter, a comma when none is given."""
    if delimiter is None:
        return ","
    mark = _SPELT.get(delimiter, delimiter)
    if len(mark) != 1 or mark in '"\r\n ':
        raise UsageError(
            f"The delimiter {delimiter!r} was given for a table.",
            "A delimiter is one character, and neither a quotation mark nor a blank.",
            "Pass one such as ; or tab.",
        )
    return mark
