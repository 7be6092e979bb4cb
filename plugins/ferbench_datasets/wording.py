"""Names as error messages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FEW = 5


def shown(name: str | Path) -> str:
    """The name with bytes that are no text escaped, so that it can be printed anywhere."""
    return str(name).encode("utf-8", "backslashreplace").decode("utf-8")


def first_few(names: Sequence[str | Path]) -> str:
    """The first five names, and how many more there are."""
    few = ", ".join(shown(name) for name in names[:FEW])
    return few if len(names) <= FEW else f"{few} and {len(names) - FEW} more"
