"""The two splits: names, labels and what their pixels must hash to."""

from __future__ import annotations

from ferbench_synthetic.expression import CLASSES
from ferbench_synthetic.face import Face

SIZES = {"train": 12000, "test": 3200}


def faces(split: str) -> list[Face]:
    """The faces of a split in id order; the classes take turns, so every prefix is nearly balanced."""
    digits = len(str(SIZES[split]))
    return [Face(f"{split}_{i:0{digits}d}", CLASSES[i % len(CLASSES)]) for i in range(SIZES[split])]
