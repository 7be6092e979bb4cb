"""The tables of the original release, read as a stream: with its 68 landmarks a line has a thousand characters.

The official training.csv has a header and validation.csv has none; both have the same nine columns.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.affectnet.card import CODES
from ferbench_datasets.affectnet.entries import Entry
from ferbench_datasets.affectnet.names import canonical_id, foreign_id
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PATH, EXPRESSION = "subDirectory_filePath", "expression"
BOX = ("face_x", "face_y", "face_width", "face_height")
COLUMNS = (PATH, *BOX, "facial_landmarks", EXPRESSION, "valence", "arousal")

_CODE_OF = {str(code): code for code in range(len(CODES))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions of the columns that are read; `box` is None where the table has no boxes."""

    n: int
    path: int
    expression: int
    box: tuple[int, int, int, int] | None


def read_entries(path: Path) -> Iterator[Entry]:
    """The lines of a table that are not blank, in its order; sources are `FOLDER/NAME`.

    Raises:
        DataError: the file cannot be read, is no CSV, lacks columns, or has a line that cannot be understood.
    """
    asked = f"The table {shown(path)} was to be read."
    lines = read_lines(asked, path)
    number, first = next(lines, (0, []))
    header = first if is_header(first) else COLUMNS
    columns = find_columns(asked, header)
    if header is COLUMNS:
        yield entry_of(asked, number, first, columns)
    for line, cells in lines:
        yield entry_of(asked, line, cells, columns)


def read_lines(asked: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, cells) of the lines that are not blank; in UTF-8, with or without a byte order mark."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                line = reader.line_num
                if any(cells):
                    yield line, cells
    except OSError as error:
        raise DataError(asked, f"The system says: {error.strerror}.", "Check the file and its permissions.") from error
    except (csv.Error, UnicodeDecodeError) as error:
        kind = "CSV" if isinstance(error, csv.Error) else "UTF-8 text"
        raise DataError(asked, f"Below line {line} it is no {kind}: {error}.", "Unpack the lists again.") from error


def is_header(cells: Sequence[str]) -> bool:
    """Whether the first line names columns: the official validation.csv begins with a picture at once."""
    return len(cells) != len(COLUMNS) or cells[COLUMNS.index(EXPRESSION)].strip() not in _CODE_OF


def find_columns(asked: str, header: Sequence[str]) -> Columns:
    """Where the columns are."""
    names = [name.strip().lower() for name in header]
    twice = [name for name in names if name and names.count(name) > 1]
    absent = [name for name in (PATH, EXPRESSION) if name.lower() not in names]
    if twice or absent:
        problem = f"two columns are called {shown(twice[0])!r}" if twice else f"there is no column {', '.join(absent)}"
        raise DataError(
            asked,
            f"In its first line {problem}; it is: {first_few(list(header)) or 'empty'}.",
            f"Unpack the lists of the original release again. Its columns are {','.join(COLUMNS)}.",
        )
    box = [names.index(name) for name in BOX if name in names]
    return Columns(
        n=len(names),
        path=names.index(PATH.lower()),
        expression=names.index(EXPRESSION),
        box=(box[0], box[1], box[2], box[3]) if len(box) == len(BOX) else None,
    )


def entry_of(asked: str, line: int, cells: Sequence[str], columns: Columns) -> Entry:
    """What a line says."""
    if len(cells) != columns.n:
        raise DataError(
            asked,
            f"Line {line} has {len(cells)} cells, not {columns.n}.",
            "Unpack the lists of the original release again.",
        )
    code = _CODE_OF.get(cells[columns.expression].strip())
    if code is None:
        meanings = ", ".join(f"{code} {name}" for code, name in enumerate(CODES))
        raise DataError(
            asked,
            f"Line {line} has the expression {shown(cells[columns.expression])!r}; there are {meanings}.",
            "Correct the line.",
        )
    source = cells[columns.path].strip().replace("\\", "/")
    folder, _, name = source.partition("/")
    if not folder or not name or "/" in name or ".." in (folder, name):
        raise DataError(
            asked,
            f"Line {line} has the path {shown(cells[columns.path])!r}.",
            "Paths are a folder and a name below Manually_Annotated_Images, as in 689/HASH.jpg.",
        )
    box = None if columns.box is None else box_of(asked, line, [cells[i] for i in columns.box])
    stem = name.rpartition(".")[0]
    return Entry(id=canonical_id(stem) or foreign_id(stem, CODES[code]), code=code, source=source, box=box)


def box_of(asked: str, line: int, cells: Sequence[str]) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) in pixels of a face that is given by its corner, width and height."""
    try:
        x, y, width, height = map(float, cells)
    except ValueError:
        x = y = width = height = math.nan
    if not math.isfinite(x + y + width + height):
        raise DataError(
            asked, f"Line {line} has the face {', '.join(map(shown, cells))}, not four numbers.", "Correct the line."
        )
    return x, y, x + width, y + height
