"""Which images of an opened split are evaluated, and in which classes: all of them, unless the user asks for fewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ferbench.canonical import sha256_json, sha256_text
from ferbench.emotions import require_projection
from ferbench.errors import ClassMismatch, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row
    from ferbench.pipeline.plugin_calls import PluginDataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The rows and classes that a number stands on; `left_out` are the images of other classes, by class."""

    rows: tuple[Row, ...]
    classes: ClassOrder
    left_out: Mapping[str, int] = field(default_factory=dict)


def scope_of(opened: PluginDataset, model_classes: ClassOrder, *, shared: bool) -> Scope:
    """All images, or those of the classes that the model knows.

    Raises:
        ClassMismatch: the model has no output for a class of the data set, and that was not accepted; or for none.
    """
    if not shared:
        require_projection(model_classes, opened.classes)
        return Scope(rows=opened.rows, classes=opened.classes)
    classes = tuple(name for name in opened.classes if name in model_classes)
    rows = tuple(row for row in opened.rows if row.label in classes)
    if not rows:
        raise ClassMismatch(
            f"The classes that model and data set share were asked for: {', '.join(model_classes)} and "
            f"{', '.join(opened.classes)}.",
            "No image has one of them.",
            "Use weights that know the classes of the data set; if the order is wrong, pass --class-order.",
        )
    counts = Counter(row.label for row in opened.rows)
    left_out = {name: counts[name] for name in opened.classes if name not in classes}
    return Scope(rows=rows, classes=classes, left_out=left_out)


def check_rows(opened: PluginDataset, dataset: str) -> None:
    """Refuse an empty split, ids that stand twice and labels that are no class: the denominator would be a lie."""
    counts = Counter(row.id for row in opened.rows)
    if not counts:
        raise DataError(f"{dataset} was opened.", "The split has no images.", "Check the data root and --split.")
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise DataError(
            f"{dataset} was opened with {len(opened.rows)} images.",
            f"{len(twice)} ids stand more than once, the first is {twice[0]!r}.",
            "Every image needs an id of its own; remove the duplicates.",
        )
    strange = next((row for row in opened.rows if row.label not in opened.classes), None)
    if strange:
        raise DataError(
            f"{dataset} was opened with {len(opened.rows)} images.",
            f"{strange.id!r} has the label {strange.label!r}; the classes are {', '.join(opened.classes)}.",
            "Correct the label, or the classes of the data set.",
        )


def items_sha256(rows: Sequence[Row]) -> str:
    """SHA-256 over the sorted (canonical id, canonical class name) of a split."""
    return sha256_json(sorted([row.id, row.label] for row in rows))


def boxes_sha256(rows: Sequence[Row]) -> str:
    """SHA-256 over the sorted (canonical id, box) of a split: what is cut out of the pictures is no part of items."""
    return sha256_json(sorted([row.id, None if row.box is None else [float(side) for side in row.box]] for row in rows))


def limited(rows: Sequence[Row], limit: int | None) -> tuple[Row, ...]:
    """All rows, or `limit` of them in manifest order.

    They are chosen by the hash of their ids, so that an order of the manifest by class cannot make them one-sided.
    """
    if limit is None or limit >= len(rows):
        return tuple(rows)
    chosen = set(sorted((row.id for row in rows), key=sha256_text)[:limit])
    return tuple(row for row in rows if row.id in chosen)
