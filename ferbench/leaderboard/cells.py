"""Single cells of a database, checked: SQLite keeps whatever is written to a column, of any type."""

from __future__ import annotations

import math
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from ferbench.leaderboard.documents import parsed, texts

#: The types that a cell may have, the one that is not None first; a tuple is a JSON list of texts.
Kinds = tuple[type, ...]

NUMBER: Kinds = (float, int, NoneType)
_IN_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "a truth value", tuple: "a list of texts"}


def kinds_of(row_class: type) -> dict[str, Kinds]:
    """The types that the fields of a dataclass may have, by name."""
    return {name: alternatives(hint) for name, hint in get_type_hints(row_class).items()}


def alternatives(hint: Any) -> Kinds:
    """`str | None` as (str, NoneType), `tuple[str, ...]` as (tuple,)."""
    parts = (hint,) if get_origin(hint) is tuple else get_args(hint) or (hint,)
    kinds = tuple(get_origin(part) or part for part in parts)
    return (*kinds, int) if float in kinds else kinds


def fitting(value: Any, name: str, kinds: Kinds) -> Any:
    """The value of a cell, when it is of one of some types, and finite.

    Raises:
        ValueError: it is not.
    """
    if value is None and NoneType in kinds:
        return None
    if kinds[0] is tuple:
        return text_list(value, name)
    if not isinstance(value, kinds) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"{name} is not {_IN_WORDS[kinds[0]]}")
    return value


def number_or_none(value: Any) -> float | None:
    """The number in a cell; None where there is none, or something else."""
    try:
        number: float | None = fitting(value, "value", NUMBER)
    except ValueError:
        return None
    return number


def text_list(value: Any, name: str) -> tuple[str, ...]:
    """The texts in a JSON list; ValueError where it is none."""
    try:
        return tuple(texts(parsed(value), name))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is not {_IN_WORDS[tuple]}") from error


def stand_in(value: Any, kinds: Kinds) -> Any:
    """What is shown in place of a value that does not fit."""
    if NoneType in kinds:
        return None
    return ascii(value) if kinds[0] is str else kinds[0]()
