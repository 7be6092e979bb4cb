"""Whether pictures can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.images import decode
from ferbench.testing.check import Check, Failed, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.interfaces import Row
    from ferbench.pipeline.plugin_calls import PluginDataset
    from ferbench.testing.subjects import DatasetSubject

#: So many pictures of a split are read.
PICTURES = 8


def reads(data: DatasetSubject) -> str:
    """Read some pictures of every split twice: bytes that Pillow can decode, or (H, W, 3) uint8 RGB, the same again."""
    found = [read_twice(opened, row) for opened in data.splits.values() for row in spread(opened.rows)]
    sizes = sorted(set(found))
    few = ", ".join(f"{height} x {width}" for height, width in sizes[:2])
    more = " and other sizes" if len(sizes) > 2 else ""
    return f"{len(found)} pictures of {', '.join(data.splits)} were read twice: {few}{more}"


def spread(rows: Sequence[Row]) -> Sequence[Row]:
    """Some rows, from all over a split."""
    return rows[:: max(1, len(rows) // PICTURES)][:PICTURES]


def read_twice(opened: PluginDataset, row: Row) -> tuple[int, int]:
    """Height and width of a picture that can be decoded, and is the same the second time."""
    try:
        first, again = (decode(opened.read(row)).pixels for _ in range(2))
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
