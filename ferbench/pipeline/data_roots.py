"""Where a data set lies: the folder that is asked for, else the configured one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.config import unreachable
from ferbench.errors import DataNotFound

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.cards import DatasetCard
    from ferbench.config import Settings


def find_root(
    card: DatasetCard, asked: Path | None, settings: Settings, option: str = "--data-root DIR"
) -> Path | None:
    """Folder of a data set that is there; None for a set that needs none, where none is named.

    `option` is how the user may name it on the command line; empty where that cannot be.

    Raises:
        DataNotFound: none is named, or nothing can be had at it.
    """
    root = asked or settings.data_root(card.name)
    if root is None and not card.needs_root:
        return None
    where = unreachable(root) if root else "No folder is configured for it."
    if not where:
        return root
    raise DataNotFound(
        f"The data set {card.name} ({card.title}) is needed.",
        f"{where} Expected layout: {card.layout}",
        f"{card.obtain} Then {f'pass {option}, or ' if option else ''}write into ferbench.toml: "
        f'[data] {card.name} = "DIR"',
    )
