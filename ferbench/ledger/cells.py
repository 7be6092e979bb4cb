"""The cells of a ledger's row, each read strictly; a row comes from a stranger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Images, or right answers, that a cell may state at most.
MOST = 10**9


class BadCell(Exception):
    """A cell that means nothing: its key, what was found there, and what may stand there."""

    def __init__(self, key: str, found: str, allowed: str) -> None:
        super().__init__(key, found, allowed)
        self.key = key
        self.found = found
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Cells:
    """A row by key. Every reader gives None for a key that is left out, unless it is one of `needed`."""

    values: Mapping[str, Any]
    needed: frozenset[str] = frozenset()

    def get(self, key: str) -> Any:
        """What stands there."""
        if key in self.values:
            return self.values[key]
        if key in self.needed:
            raise BadCell(key, "is missing", f"Every such row has {', '.join(sorted(self.needed))}.")
        return None

    def bad(self, key: str, allowed: str) -> BadCell:
        """The complaint about a cell."""
        return BadCell(key, f"= {shortened(self.values[key])}", allowed)

    def text(self, key: str) -> str | None:
        """A text that is not empty."""
        value = self.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.bad(key, "It is a text that is not empty.")

    def chosen(self, key: str, possible: Sequence[str]) -> Any:
        """One of a few texts."""
        value = self.get(key)
        if value is None or (isinstance(value, str) and value in possible):
            return value
        raise self.bad(key, f"It is one of {', '.join(possible)}.")

    def whole(self, key: str, least: int = 1, most: int = MOST) -> int | None:
        """A whole number between two others."""
        value: int | None = self.get(key)
        if value is None or is_whole(value, least, most):
            return value
        raise self.bad(key, f"It is a whole number from {least:,} to {most:,}.")

    def number(self, key: str) -> float | None:
        """A positive number."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < MOST and math.isfinite(value):
            return float(value)
        raise self.bad(key, f"It is a number above 0 and below {MOST:,}.")

    def texts(self, key: str, possible: Sequence[str] = ()) -> tuple[str, ...] | None:
        """A list of different texts, of `possible` ones where these are given."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            fits = not possible or set(value) <= set(possible)
            if fits and len(set(value)) == len(value):
                return tuple(value)
        what = f" from {', '.join(possible)}" if possible else ""
        raise self.bad(key, f"It is a list of different texts{what}.")

    def counts(self, key: str, length: int) -> tuple[int, ...] | None:
        """A list of so many numbers of images."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, list) and len(value) == length and all(is_whole(item, 0, MOST) for item in value):
            return tuple(value)
        raise self.bad(key, f"It is a list of {length} whole numbers from 0 to {MOST:,}, one a class.")


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether a value is a whole number between two others, both included."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def shortened(value: Any) -> str:
    """A value as it stands in a message."""
    try:
        text = repr(value)
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        text = "a number of very many digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
