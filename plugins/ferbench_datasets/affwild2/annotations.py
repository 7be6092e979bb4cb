"""Labels of a video of Aff-Wild2: a header with the classes, then a line with the label of each frame, from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.emotions import canonical_class
from ferbench.errors import DataError
from ferbench_datasets.affwild2.card import CLASSES, NO_LABEL
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

_LABELS = {str(label): name for label, name in enumerate(CLASSES)}
_TODO = "Restore the annotation files of the release."


def read_labels(path: Path) -> tuple[dict[int, str], int]:
    """Number of a frame -> class, of the frames that have a label; and how many have none.

    Raises:
        DataError: a header with other classes or another order, a line that is no label.
    """
    asked = f"The labels in {shown(path)} were to be read."
    (_, header), *lines = numbered_lines(path) or [(0, "")]
    require_header(asked, header)
    labels = [(line - 1, text.strip(), line) for line, text in lines]
    wrong = next(((text, line) for _, text, line in labels if text not in _LABELS and text != NO_LABEL), None)
    if wrong is not None:
        meanings = ", ".join(f"{label} {name}" for label, name in _LABELS.items())
        raise DataError(
            asked, f"Line {wrong[1]} is {shown(wrong[0][:40])!r}; there are {NO_LABEL} for none, {meanings}.", _TODO
        )
    found = {frame: _LABELS[text] for frame, text, _ in labels if text != NO_LABEL}
    return found, len(labels) - len(found)


def require_header(asked: str, header: str) -> None:
    """Refuse a first line that does not name the eight classes in the order of their labels."""
    names = tuple(canonical_class(name) for name in header.split(","))
    if names != CLASSES:
        raise DataError(
            asked,
            f"The first line is {shown(header[:80])!r}.",
            f"It names the classes in the order of the labels: {', '.join(CLASSES)}. Use the annotations of the "
            "third or a later ABAW challenge.",
        )
