"""What an opened Aff-Wild2 is: frames that have a label, with or without a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFrames:
    """`source` of every row is the Path of its picture, or None where there is none."""

    rows: tuple[Row, ...]
    classes: ClassOrder
    #: The layout that was recognised, in words.
    layout: str

    def read(self, row: Row) -> bytes:
        """The bytes of the row's picture; OSError when there is none or it cannot be read."""
        path: Path | None = row.source
        if path is None:
            # Without a path in it, so that the failure reads the same on every machine.
            raise FileNotFoundError("the frame has a label and no cropped picture")
        return path.read_bytes()
