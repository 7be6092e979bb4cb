"""Options whose values are a short list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferbench.cards import DatasetCard


def one_of(card: DatasetCard, option: str, value: str | None, allowed: Iterable[str], default: str) -> str:
    """The value of an option, or its default; UsageError for a value that the option does not have."""
    if value is None:
        return default
    values = tuple(allowed)
    if value not in values:
        raise UsageError(
            f"{option}={value} was given for {card.name}.",
            f"{option} is one of {', '.join(values)}.",
            "Pass one of these, or leave the option out.",
        )
    return value
