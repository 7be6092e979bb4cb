"""Where in a data root a set lies: there, or under a usual name one or two levels below, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.listing import subfolders, visible
from ferbench_datasets.request import not_found
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.cards import DatasetCard

LEVELS = 2


def search_base(card: DatasetCard, root: Path, is_base: Callable[[Path], bool], usual_names: frozenset[str]) -> Path:
    """The folder that holds a known layout: the root, or the only such folder on the first level that has one.

    `usual_names` are in lower case and without `-`, `_` and blanks.

    Raises:
        DataNotFound: no level has one.
        DataError: one level has several.
    """
    level = [root]
    for _ in range(LEVELS + 1):
        bases = [folder for folder in level if is_base(folder)]
        if len(bases) > 1:
            raise DataError(
                f"The data set {card.name} was looked for in {shown(root)}.",
                f"Several folders there look like it: {first_few(bases)}.",
                "Name one of them with --data-root.",
            )
        if bases:
            return bases[0]
        level = [below for folder in level for below in subfolders(folder) if plain_name(below) in usual_names]
    names = [entry.name for entry in visible(root)]
    raise not_found(card, root, f"No known layout is there. The folder holds: {first_few(names) or 'nothing'}.")


def plain_name(folder: Path) -> str:
    """Name of a folder in lower case, without `-`, `_` and blanks."""
    return folder.name.lower().translate({ord(mark): None for mark in "-_ "})
