"""What is wrong with one split by itself: its counts, its names, pictures that are broken or of another size."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING

from ferbench.doctor.findings import Finding
from ferbench.emotions import NAMED_ORDERS
from ferbench.pipeline.count_differences import exchanged_classes
from ferbench.pipeline.data_identity import outside_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferbench.cards import DatasetCard
    from ferbench.doctor.looks import Look
    from ferbench.doctor.opening import OpenSplit
    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.data_identity import DataVerdict

#: One size is the rule where at least this part of the pictures has it; the others are then odd.
_RULE = 0.5


def split_findings(card: DatasetCard, split: OpenSplit, looks: Sequence[Look], labels: DataVerdict) -> list[Finding]:
    """All findings on one split."""
    return [
        *count_findings(card, split, labels),
        *name_findings(card, split),
        *folder_order(card, split),
        *picture_findings(split, looks),
    ]


def count_findings(card: DatasetCard, split: OpenSplit, labels: DataVerdict) -> Iterator[Finding]:
    """Counts that are not the official ones: a known variant is a warning, anything else denies the name."""
    official = (card.counts or {}).get(split.split)
    if labels.kind == "variant":
        text = f"{split.name} is not the official split but {labels.name}: {labels.finding}."
        yield Finding(kind="variant", severity="warning", splits=(split.name,), text=text)
    elif official is None:
        text = f"The labels of {split.name} cannot be judged: {labels.finding}."
        yield Finding(kind="counts-unknown", severity="note", splits=(split.name,), text=text)
    elif labels.kind == "unknown":
        text = f"The labels of {split.name} are not official: {labels.finding}."
        yield Finding(kind="counts", severity="error", splits=(split.name,), text=text)
        exchanged = exchanged_classes(official, Counter(row.label for row in split.rows))
        if exchanged:
            text = f"In {split.name} classes look exchanged: {exchange_text(exchanged)}."
            yield Finding(kind="classes-exchanged", severity="error", splits=(split.name,), text=text)


def exchange_text(exchanged: Mapping[str, str]) -> str:
    """Which class holds as many pictures as which other one should."""
    return "; ".join(f"{name} has as many pictures as {other} should have" for name, other in exchanged.items())


def name_findings(card: DatasetCard, split: OpenSplit) -> Iterator[Finding]:
    """Names that no official picture of the split has; those of another split are the graver ones."""
    outside = outside_ids(card, split.split, split.rows)
    others = {name: re.compile(pattern) for name, pattern in card.id_pattern.items() if name != split.split}
    foreign = [name for name in outside if any(pattern.fullmatch(name) for pattern in others.values())]
    unknown = sorted(set(outside) - set(foreign))
    if foreign:
        text = f"Pictures in {split.name} with names of another split: {len(foreign):,}."
        yield Finding(kind="foreign-names", severity="error", splits=(split.name,), text=text, items=tuple(foreign))
    if unknown:
        text = f"Pictures in {split.name} with names that no official picture has: {len(unknown):,}."
        yield Finding(kind="names", severity="warning", splits=(split.name,), text=text, items=tuple(unknown))


def folder_order(card: DatasetCard, split: OpenSplit) -> Iterator[Finding]:
    """Class folders whose alphabetical order, which training programs take, is another class order than the set's."""
    order = order_of_folders(split)
    if card.classes is None or order == card.classes or sorted(order) != sorted(card.classes):
        return
    name = next((known for known, classes in NAMED_ORDERS.items() if classes == order), ",".join(order))
    text = (
        f"Programs that number the class folders of {split.name} in alphabetical order get {', '.join(order)}; the "
        f"order of {card.name} is {', '.join(card.classes)}. The labels are read right here. Weights that were trained "
        f"on such a tree need --class-order {name}."
    )
    yield Finding(kind="folder-order", severity="warning", splits=(split.name,), text=text)


def order_of_folders(split: OpenSplit) -> ClassOrder:
    """Classes in the order of the names of their folders; () where there are no folders side by side, one a class."""
    label_of: dict[str, str] = {}
    for row, path in zip(split.rows, split.paths(), strict=True):
        folder = path and os.path.dirname(path)  # noqa: PTH120 - a Path for each of 300,000 pictures is slow
        if not folder or label_of.setdefault(folder, row.label) != row.label:
            return ()
    side_by_side = len({os.path.dirname(folder) for folder in label_of}) == 1  # noqa: PTH120
    return tuple(label_of[folder] for folder in sorted(label_of)) if side_by_side else ()


def picture_findings(split: OpenSplit, looks: Sequence[Look]) -> Iterator[Finding]:
    """Pictures that cannot be read, that show nothing, or whose size is not that of the others."""
    named = [(row.id, look) for row, look in zip(split.rows, looks, strict=True)]
    broken = [f"{name}: {look.problem}" for name, look in named if look.problem]
    if broken:
        text = f"Pictures of {split.name} that cannot be read: {len(broken):,}."
        yield Finding(kind="unreadable", severity="error", splits=(split.name,), text=text, items=tuple(broken))
    flat = [name for name, look in named if look.thumbnail is None and not look.problem]
    if flat:
        text = f"Pictures of {split.name} that show one grey and nothing else: {len(flat):,}."
        yield Finding(kind="flat", severity="warning", splits=(split.name,), text=text, items=tuple(flat))
    yield from size_findings(split, {name: look.size for name, look in named if not look.problem})


def size_findings(split: OpenSplit, size_of: Mapping[str, tuple[int, int]]) -> Iterator[Finding]:
    """Pictures of another size where most have one; else how far the sizes reach."""
    sizes = Counter(size_of.values())
    if len(sizes) < 2:
        return
    (height, width), most = sizes.most_common(1)[0]
    if most < _RULE * len(size_of):
        text = f"The pictures of {split.name} have {len(sizes):,} sizes, {reach(sizes)}."
        yield Finding(kind="sizes", severity="note", splits=(split.name,), text=text)
        return
    odd = tuple(f"{name}: {h} x {w}" for name, (h, w) in size_of.items() if (h, w) != (height, width))
    text = f"Pictures of {split.name} that are not {height} x {width} like most: {len(odd):,}."
    yield Finding(kind="odd-size", severity="warning", splits=(split.name,), text=text, items=odd)


def reach(sizes: Mapping[tuple[int, int], int]) -> str:
    """The smallest and the largest size by area."""
    small, large = min(sizes, key=lambda size: size[0] * size[1]), max(sizes, key=lambda size: size[0] * size[1])
    return f"from {small[0]} x {small[1]} to {large[0]} x {large[1]}"
