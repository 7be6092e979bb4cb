"""Whether the facts on a card are of the types that the dataclass states: a wrong one would break whoever lists it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ferbench.emotions import ClassOrder
from ferbench.plugin_manager.faults import shown

#: Names that cards.py imports for type checkers alone.
_NAMES = {"Mapping": Mapping, "Path": Path, "ClassOrder": ClassOrder}


def wrong_field(card: Any) -> str:
    """The first field of a card with a value of another type, in words; empty where all are well.

    A list may stand for a tuple, and a whole number for another one.
    """
    for name, kind in types_of(type(card)).items():  # type: ignore[arg-type]  # classes can be hashed
        value = getattr(card, name)
        if not fits(value, kind):
            return f"{name} = {shown(value)}"
    return ""


@cache
def types_of(card: Any) -> dict[str, Any]:
    """Types of the fields of a dataclass."""
    hints = get_type_hints(card, localns=_NAMES)
    return {field.name: hints[field.name] for field in fields(card)}


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a type as cards use them."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return any(fits(value, choice) for choice in get_args(kind))
    if origin is Literal:
        return isinstance(value, str | int) and not isinstance(value, bool) and value in get_args(kind)
    if origin is not None:
        return collection_fits(value, origin, get_args(kind))
    if is_dataclass(kind):
        return type(value) is kind and not wrong_field(value)
    if kind in {int, float}:
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    return isinstance(value, os.PathLike if kind is Path else kind)


def collection_fits(value: Any, origin: Any, of: tuple[Any, ...]) -> bool:
    """Whether a value is a mapping, a set or a tuple with items of some types."""
    if origin is Mapping:
        given = isinstance(value, dict | MappingProxyType)
        return given and all(fits(key, of[0]) and fits(item, of[1]) for key, item in value.items())
    if origin is frozenset:
        return isinstance(value, frozenset | set) and all(fits(item, of[0]) for item in value)
    if not isinstance(value, tuple | list):
        return False
    kinds = of[:1] * len(value) if of[-1] is ... else of
    return len(kinds) == len(value) and all(map(fits, value, kinds))
