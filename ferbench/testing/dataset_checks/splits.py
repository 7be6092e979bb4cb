"""Whether no picture stands in two splits."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.images import decode
from ferbench.testing.check import Check, NotApplicable, Skipped, require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.interfaces import Row
    from ferbench.pipeline.plugin_calls import PluginDataset
    from ferbench.testing.subjects import DatasetSubject

    Rows = Mapping[str, Row]

#: So many pictures with an id that two splits share are looked at.
PICTURES = 8


def disjoint_splits(data: DatasetSubject) -> str:
    """Open every split that is here, and look at the pictures whose ids two of them share."""
    if len(data.registered.entry.card.splits) == 1:
        raise NotApplicable("there is one split")
    opened = data.splits
    if len(opened) == 1:
        raise Skipped(f"only the split {next(iter(opened))} is here")
    rows = {split: {row.id: row for row in found.rows} for split, found in opened.items()}
    kept = [split for split in rows if not made_of_others(split, rows)]
    remarks = [f"{split} is made of others" for split in rows if split not in kept]
    for one, other in combinations(kept, 2):
        shared = sorted(rows[one].keys() & rows[other].keys())
        same = [name for name in shared[:PICTURES] if same_picture(name, *((opened[s], rows[s]) for s in (one, other)))]
        require(not same, f"{len(shared)} ids are in {one} and in {other}, and {same[:1]} is the same picture in both")
        remarks += [f"{len(shared)} ids of {one} are other pictures in {other}"] if shared else []
    return "; ".join([f"no picture is in two of {', '.join(kept)}", *remarks])


def made_of_others(split: str, rows: Mapping[str, Rows]) -> bool:
    """Whether a split is exactly two or more others put together, by the set's own design."""
    own = rows[split].keys()
    parts = [others.keys() for name, others in rows.items() if name != split and others.keys() < own]
    return len(parts) > 1 and set().union(*parts) == own


def same_picture(name: str, *sides: tuple[PluginDataset, Rows]) -> bool:
    """Whether an id that may count anew in every split is one picture on both sides."""
    one, other = (decode(opened.read(rows[name])).pixels for opened, rows in sides)
    return np.array_equal(one, other)


CHECKS = (
    Check(
        name="disjoint-splits",
        kinds=("dataset",),
        asks="No picture stands in two splits.",
        mend="Let open() honour its argument split, and give pictures of different splits different ids.",
        run=disjoint_splits,
    ),
)
