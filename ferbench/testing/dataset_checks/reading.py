"""Whether pictures can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.images import decode
from ferbench.testing.check import Check, Failed, require

if TYPE_CHECKING:
    from ferbench.interfaces import Row
    from ferbench.testing.subjects import DatasetSubject

#: So many pictures are read, spread over the split.
PICTURES = 8


def reads(data: DatasetSubject) -> str:
    """Read some pictures twice: bytes that Pillow can decode, or (H, W, 3) uint8 RGB, and the same again."""
    rows = data.opened.rows
    step = max(1, len(rows) // PICTURES)
    picked = rows[::step][:PICTURES]
    sizes = {read_twice(data, row) for row in picked}
    few = ", ".join(f"{height} x {width}" for height, width in sorted(sizes)[:2])
    return f"{len(picked)} pictures were read twice: {few}{' and other sizes' if len(sizes) > 2 else ''}"


def read_twice(data: DatasetSubject, row: Row) -> tuple[int, int]:
    """Height and width of a picture that can be decoded, and is the same the second time."""
    try:
        first, again = (decode(data.opened.read(row)).pixels for _ in range(2))
    except (OSError, ValueError) as error:
        raise Failed(f"{row.id!a} cannot be read: {type(error).__name__}: {error}") from error
    require(np.array_equal(first, again), f"{row.id!a} shows something else the second time")
    return first.shape[0], first.shape[1]


CHECKS = (
    Check(
        name="reads",
        kinds=("dataset",),
        asks="read(row) gives the bytes of a picture, or (H, W, 3) uint8 RGB, and the same each time.",
        mend="Return path.read_bytes(), or np.uint8 pixels with three channels, undistorted and not augmented.",
        run=reads,
    ),
)
