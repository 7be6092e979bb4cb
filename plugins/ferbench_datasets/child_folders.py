"""Subfolders by name in any case: copies of one set spell `Train` and `train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.listing import subfolders
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def child(folder: Path, name: str) -> Path | None:
    """The subfolder of this name in any case; None where there is none.

    Raises:
        DataError: two subfolders differ in nothing but case.
    """
    hits = [below for below in subfolders(folder) if below.name.casefold() == name.casefold()]
    if len(hits) > 1:
        raise DataError(
            f"The folder {name} was looked for in {shown(folder)}.",
            f"{' and '.join(shown(hit.name) for hit in hits)} differ in case alone.",
            "Keep or rename one of them.",
        )
    return hits[0] if hits else None


def descend(folder: Path, *names: str) -> Path | None:
    """The folder at the end of a path of names in any case; None where a step is missing."""
    found: Path | None = folder
    for name in names:
        found = child(found, name) if found else None
    return found


def first_of(folder: Path, paths: Iterable[tuple[str, ...]]) -> Path | None:
    """The first of several paths of names that leads to a folder, or None."""
    return next((found for names in paths if (found := descend(folder, *names)) is not None), None)
