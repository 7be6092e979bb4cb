"""Pictures whose file names say what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import first_few

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ferbench.interfaces import Row


def rows_by_name(asked: str, pictures: Sequence[Path], row_of: Callable[[Path], Row | None], form: str) -> list[Row]:
    """The rows of all pictures, by id; `row_of` gives None for a name of another form than `form`.

    Raises:
        DataError: names of another form, or two pictures of one id.
    """
    found = [(path, row_of(path)) for path in pictures]
    strange = [path.name for path, row in found if row is None]
    if strange:
        raise DataError(
            asked,
            f"{len(strange)} of {len(pictures)} have names of another form: {first_few(strange)}.",
            f"The names say what the pictures show, as in {form}. Give them their official names; move others away.",
        )
    rows = [row for _, row in found if row is not None]
    require_unique(asked, ((row.id, str(row.source)) for row in rows))
    return sorted(rows, key=lambda row: row.id)
