"""From rows of a ledger to confusion matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.emotions import canonical_class
from ferbench.ledger.cells import BadCell, Cells
from ferbench.ledger.claims import ImportedMatrix
from ferbench.ledger.rows import NEEDED, SOURCE_KEYS, WHERE_KEYS, cells_of, source_of, where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.emotions import ClassOrder
    from ferbench.ledger.claims import Place
    from ferbench.ledger.rows import Names

MATRIX_KEYS = (*WHERE_KEYS, "num_classes", "classes", "diagonal", "rows", "counts", *SOURCE_KEYS)
MATRIX_NEEDS = NEEDED | {"classes"}


def matrix_of(values: Mapping[str, Any], place: Place, names: Names) -> ImportedMatrix:
    """The confusion matrix in a row.

    Raises:
        BadCell: a key is not known or missing, its value means nothing, or the numbers contradict each other.
    """
    cells = cells_of(values, MATRIX_KEYS, MATRIX_NEEDS)
    classes = classes_of(cells)
    counts = full_counts(cells, len(classes))
    if counts:
        diagonal, rows = tuple(row[place] for place, row in enumerate(counts)), tuple(map(sum, counts))
    else:
        diagonal, rows = stated(cells, "diagonal", len(classes)), stated(cells, "rows", len(classes))
    if any(right > images for right, images in zip(diagonal, rows, strict=True)) or not sum(rows):
        key = "counts" if counts else "diagonal"
        raise cells.bad(key, "No class has more right answers than images, and some class has images.")
    return ImportedMatrix(
        **where(cells, names),
        classes=classes,
        diagonal=diagonal,
        rows=rows,
        counts=counts,
        **source_of(cells),
        place=place,
    )


def classes_of(cells: Cells) -> ClassOrder:
    """The classes of a matrix, in canonical names."""
    names = cells.texts("classes") or ()
    found = [canonical_class(name) for name in names]
    if len(found) < 2 or None in found or len(set(found)) < len(found):
        raise cells.bad("classes", "They are two or more different expressions, in the order of the rows.")
    return tuple(name for name in found if name)


def full_counts(cells: Cells, length: int) -> tuple[tuple[int, ...], ...] | None:
    """The whole matrix, where it is given; then nothing else may state its numbers."""
    value = cells.get("counts")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != length or "diagonal" in cells.values or "rows" in cells.values:
        raise cells.bad("counts", f"It is a list of {length} rows, and diagonal and rows are left out.")
    return tuple(Cells({"counts": row}).counts("counts", length) or () for row in value)


def stated(cells: Cells, key: str, length: int) -> tuple[int, ...]:
    """One number a class, which has to be there."""
    numbers = cells.counts(key, length)
    if numbers is None:
        raise BadCell(key, "is missing", "A matrix has diagonal and rows, or counts.")
    return numbers
