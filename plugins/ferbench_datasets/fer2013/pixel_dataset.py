"""A split whose pictures are cells of the table of FER2013."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row
    from ferbench_datasets.fer2013.pixel_table import Record

SIDE = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelCells:
    """`source` of every row is the Record of its line in the table at `path`."""

    path: Path
    rows: tuple[Row, ...]
    classes: ClassOrder
    #: The layout that was recognised, in words.
    layout: str

    def read(self, row: Row) -> NDArray[np.uint8]:
        """(48, 48, 3) uint8 RGB with three equal channels; OSError when the cell holds no such picture."""
        record: Record = row.source
        with self.path.open("rb") as file:
            file.seek(record.start)
            cell = file.read(record.length)
        return grey_as_rgb(cell, record.line)


def grey_as_rgb(cell: bytes, line: int) -> NDArray[np.uint8]:
    """(48, 48, 3) uint8 of 2304 grey values from 0 to 255, row by row, with blanks between."""
    import numpy as np

    values = cell.strip(b' \t\r\n"').split()
    if len(values) != SIDE * SIDE or not all(value.isdigit() and len(value) <= 3 for value in values):
        raise OSError(f"line {line} holds {len(values)} values where {SIDE * SIDE} grey values of 0 to 255 belong")
    numbers = np.array([int(value) for value in values], dtype=np.int64)
    if numbers.max() > 255:
        raise OSError(f"line {line} holds the grey value {numbers.max()}; the largest is 255")
    return np.repeat(numbers.astype(np.uint8).reshape(SIDE, SIDE, 1), 3, axis=2)
