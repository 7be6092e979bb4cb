"""Pictures that two data sets, or two splits, share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.doctor.findings import LeakReport
from ferbench.doctor.opening import compared, open_splits
from ferbench.doctor.reading import look_once, twins_among
from ferbench.doctor.set_findings import crowd_notes, twin_findings
from ferbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ferbench.catalog import Registered
    from ferbench.doctor.opening import OpenSplit
    from ferbench.interfaces import DatasetEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared: a set, or one split of it. `name` is how the user called it."""

    name: str
    registered: Registered[DatasetEntry]
    root: Path | None
    split: str | None
    options: Mapping[str, str]


def leaks(sides: tuple[Side, Side], workers: int, progress: Callable[[int, int], None]) -> LeakReport:
    """The twins that have a picture on either side; twins within one side are no leak between the two.

    Raises:
        DataNotFound: a side is not there.
        DataError: a side is there and cannot be opened.
    """
    opened = [open_side(side) for side in sides]
    together = [split for splits in opened for split in splits]
    comparison = twins_among(together, look_once(together, workers, progress))
    names = [{split.name for split in splits} for splits in opened]
    shared = tuple(
        twins
        for twins in comparison.twins
        if all(any(member.split in of_side for member in twins.members) for of_side in names)
    )
    return LeakReport(
        sides=(sides[0].name, sides[1].name),
        n=(sum(len(split.rows) for split in opened[0]), sum(len(split.rows) for split in opened[1])),
        twins=shared,
        findings=(*twin_findings(shared), *crowd_notes(comparison.crowded)),
    )


def open_side(side: Side) -> Sequence[OpenSplit]:
    """The splits of a side, each named `SET:SPLIT`."""
    opening = open_splits(side.registered, side.root, [side.split] if side.split else [], side.options)
    refused = next((finding for finding in opening.findings if finding.kind == "cannot-open"), None)
    if refused is not None:
        raise DataError(
            f"The pictures of {side.name} were to be compared.",
            refused.text,
            f"Mend it first: ferbench data check {side.registered.entry.card.name}",
        )
    splits, _ = compared(opening.splits)
    return [replace(split, name=f"{side.registered.entry.card.name}:{split.split}") for split in splits]
