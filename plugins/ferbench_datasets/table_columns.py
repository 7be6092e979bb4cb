"""Which column of a table is what: by option, else by its usual name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError, UsageError
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

USUAL_NAMES = {
    "path": ("path", "file", "image", "filename"),
    "label": ("label", "class", "emotion", "expression"),
    "id": ("id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions of the columns that ferbench knows, and names of the others by position."""

    path: int
    label: int
    id: int | None
    attributes: Mapping[int, str]


def find_columns(path: Path, header: tuple[str, ...], given: Mapping[str, str | None]) -> Columns:
    """The columns of a table; `given` holds the options by `path`, `label` and `id`.

    A column without a name (a row number that a program wrote) is nothing.

    Raises:
        DataError: no column, or several, with a usual name of path or label.
        UsageError: an option names a column that is not there.
    """
    found = {role: find_column(path, header, role, given[role]) for role in USUAL_NAMES}
    others = {i: name for i, name in enumerate(header) if name and i not in found.values()}
    return Columns(
        path=required(path, header, "path", found),
        label=required(path, header, "label", found),
        id=found["id"],
        attributes=others,
    )


def find_column(path: Path, header: tuple[str, ...], role: str, given: str | None) -> int | None:
    """Position of the column with a role, or None."""
    asked = f"The {role} column of {shown(path)} was looked for."
    if given is not None:
        if given not in header:
            raise UsageError(asked, f"There is no column {given!r}, only {first_few(header)}.", "Correct the name.")
        return header.index(given)
    hits = [i for i, name in enumerate(header) if name.lower() in USUAL_NAMES[role]]
    if len(hits) > 1:
        names = " and ".join(header[i] for i in hits)
        raise DataError(asked, f"It may be {names}.", f"Say which, as in: {role}_column={header[hits[0]]}")
    return hits[0] if hits else None


def required(path: Path, header: tuple[str, ...], role: str, found: Mapping[str, int | None]) -> int:
    """Position of a column that must be there."""
    position = found[role]
    if position is None:
        raise DataError(
            f"The {role} column of {shown(path)} was looked for.",
            f"None is called {', '.join(USUAL_NAMES[role])}; the columns are: {first_few(header)}.",
            f"Name it with {role}_column=NAME; a table that is not separated by commas needs delimiter=CHARACTER.",
        )
    return position
