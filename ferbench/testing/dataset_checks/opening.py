"""Whether opening a data set is quick, and gives the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.pipeline.scope import items_sha256
from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from ferbench.testing.subjects import DatasetSubject


def stable_order(data: DatasetSubject) -> str:
    """Open the default split twice, and compare the rows in their order."""
    first, again = ([(row.id, row.label) for row in opened.rows] for opened in (data.opened, data.open()))
    changed = sum(one != other for one, other in zip(first, again, strict=False)) + abs(len(first) - len(again))
    require(not changed, f"opened twice, {changed} of {len(first)} rows are others or stand elsewhere")
    return f"opened twice, its {len(first)} rows have the same ids and labels in the same order"


def fingerprint(data: DatasetSubject) -> str:
    """The SHA-256 of ids and labels, here and in a new process."""
    there, here = data.elsewhere["items"], items_sha256(data.opened.rows)
    require(here == there, f"its items are {here[:16]}, and {there[:16]} in a new process")
    return f"its items are {here[:16]} in every process"


def lazy(data: DatasetSubject) -> str:
    """A new process opens the split, then reads pictures; no decoder may run, and no such file be touched, before."""
    decoded, pictures = data.elsewhere["decoded"], data.elsewhere["pictures"]
    require(not decoded, f"opening calls {', '.join(decoded)}")
    names = [Path(path).name for path in pictures]
    require(not pictures, f"opening reads {len(pictures)} pictures, such as {names[:1]}")
    return "opening decodes no picture, and reads no file that holds one"


CHECKS = (
    Check(
        name="stable-order",
        kinds=("dataset",),
        asks="Opened twice, a split has the same rows in the same order.",
        mend="Sort what comes from a folder, and keep the order of a list; draw nothing at random.",
        run=stable_order,
    ),
    Check(
        name="fingerprint",
        kinds=("dataset",),
        asks="Ids and labels are the same in every process: they decide which runs share a board.",
        mend="Make ids of official names or numbers; never of hash(), id(), a set, or an absolute path.",
        run=fingerprint,
    ),
    Check(
        name="lazy",
        kinds=("dataset",),
        asks="Opening a split decodes no picture and reads no file that holds one.",
        mend="Keep the path in Row.source, and read it in read(row) alone.",
        run=lazy,
    ),
)
