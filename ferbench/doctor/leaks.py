"""Pictures that data sets, or splits, share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.doctor.findings import LeakReport
from ferbench.doctor.opening import compared, open_splits
from ferbench.doctor.reading import look_once, twins_among
from ferbench.doctor.set_findings import crowd_notes, twin_findings, unread_notes
from ferbench.errors import DataError
from ferbench.pipeline.leaks import Compared, Leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ferbench.catalog import Registered
    from ferbench.doctor.findings import Twins
    from ferbench.doctor.opening import OpenSplit
    from ferbench.interfaces import DatasetEntry
    from ferbench.pipeline.leaks import Likeness


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
    looks = look_once(together, workers, progress)
    comparison = twins_among(together, looks)
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
        findings=(*twin_findings(shared), *crowd_notes(comparison.crowded), *unread_notes(looks)),
    )


def found_leaks(tested: OpenSplit, sides: Sequence[Side], workers: int, progress: Callable[[int, int], None]) -> Leaks:
    """The pictures of a split that any of the sides holds, too; every picture is decoded once.

    Raises:
        DataNotFound: a side is not there.
        DataError: a side is there and cannot be opened.
    """
    opened = {side.name: open_side(side) for side in sides}
    # Somebody may name a set and one of its splits.
    together = list({split.name: split for splits in (*opened.values(), [tested]) for split in splits}.values())
    looks = look_once(together, workers, progress)
    comparison = twins_among(together, looks)
    shared = [twins for twins in comparison.twins if tested.name in twins.splits and len(twins.splits) > 1]
    return Leaks(
        compared=tuple(compared_with(name, splits, tested.name, shared) for name, splits in opened.items()),
        likeness=closest(tested, shared),
        notes=tuple(note.text for note in (*crowd_notes(comparison.crowded), *unread_notes(looks))),
    )


def compared_with(name: str, splits: Sequence[OpenSplit], tested: str, shared: Sequence[Twins]) -> Compared:
    """How many pictures a side has, and how many of the tested split it holds, too."""
    names = {split.name for split in splits}
    leaking = {
        member.id
        for twins in shared
        if not names.isdisjoint(twins.splits)
        for member in twins.members
        if member.split == tested
    }
    return Compared(name=name, n=sum(len(split.rows) for split in splits), leaks=len(leaking))


def closest(tested: OpenSplit, shared: Sequence[Twins]) -> dict[str, Likeness]:
    """The leaking pictures of the tested split in manifest order, each with its closest likeness."""
    found: dict[str, Likeness] = {}
    for twins in shared:  # exact ones come first, mirrored ones last
        for member in twins.members:
            if member.split == tested.name:
                found.setdefault(member.id, twins.likeness)
    return {row.id: found[row.id] for row in tested.rows if row.id in found}


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
