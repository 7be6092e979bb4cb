"""The table of FER2013: one picture a line, its 48 x 48 grey values as text in one cell.

The official file is some 300 MB long, so that opening it keeps only where on the disk the pixels of a line are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = ("emotion", "pixels", "usage")
USAGES = ("Training", "PublicTest", "PrivateTest")

_AROUND = b' \t\r\n"'
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A line of the table: its pixels are `length` bytes of the file from `start`. `number` counts records from 0."""

    number: int
    line: int
    emotion: str
    usage: str
    start: int
    length: int


def read_records(path: Path) -> list[Record]:
    """All lines of the table that are not blank, without their pixels.

    Raises:
        DataError: the file cannot be read, lacks a column or rows, or has a line of other cells or of unknown usage.
    """
    asked = f"The table {shown(path)} was to be read."
    try:
        records = scan(path, asked)
    except OSError as error:
        raise DataError(asked, f"The system says: {error.strerror}.", "Check the file and its permissions.") from error
    if not records:
        raise DataError(asked, "It holds no rows below its header.", "Unpack fer2013.tar.gz again.")
    return records


def scan(path: Path, asked: str) -> list[Record]:
    """The records of the table, read line by line."""
    records: list[Record] = []
    with path.open("rb") as file:
        first = file.readline()
        columns = find_columns(asked, first.removeprefix(_BYTE_ORDER_MARK))
        start = len(first)
        for line, text in enumerate(file, start=2):
            if text.strip():
                records.append(parse_line(asked, columns, line, text, start, len(records)))
            start += len(text)
    return records


def find_columns(asked: str, header: bytes) -> tuple[str, ...]:
    """Names of the columns in lower case, in the order of the file."""
    names = tuple(clean(cell) for cell in header.split(b","))
    columns = tuple(name.lower() for name in names)
    wrong = [name for name in COLUMNS if columns.count(name) != 1]
    if wrong:
        raise DataError(
            asked,
            f"The columns {', '.join(COLUMNS)} must be there, each once; the first line is: {first_few(names)}.",
            "Name the folder of fer2013.csv; train.csv and test.csv do not say what split a row is of.",
        )
    return columns


def parse_line(asked: str, columns: Sequence[str], line: int, text: bytes, start: int, number: int) -> Record:
    """The record of a line that starts at a byte of the file."""
    cells = text.split(b",")
    if len(cells) != len(columns):
        raise DataError(
            asked,
            f"Line {line} has {len(cells)} cells, the first line has {len(columns)}.",
            "Unpack fer2013.tar.gz again; the copy is damaged.",
        )
    usage = clean(cells[columns.index("usage")])
    if usage not in USAGES:
        raise DataError(
            asked, f"Line {line} has the Usage {shown(usage)!r}; there are {', '.join(USAGES)}.", "Correct the line."
        )
    position = columns.index("pixels")
    return Record(
        number=number,
        line=line,
        emotion=clean(cells[columns.index("emotion")]),
        usage=USAGES[USAGES.index(usage)],
        start=start + sum(len(cell) + 1 for cell in cells[:position]),
        length=len(cells[position]),
    )


def clean(cell: bytes) -> str:
    """Text of a cell without the blanks and quotation marks around it."""
    return cell.strip(_AROUND).decode("utf-8", "backslashreplace")
