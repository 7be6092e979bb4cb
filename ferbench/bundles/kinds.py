"""Whether JSON data are of the types that a dataclass or an annotation states, all the way down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ferbench.emotions import LabelMode
from ferbench.results import LATER

_IN_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}
#: Names that the annotations of our dataclasses use without importing them at run time.
_NAMES = {"Mapping": Mapping, "LabelMode": LabelMode}


def require_kind(value: Any, kind: Any, name: str) -> None:
    """ValueError that names the place, where a value of JSON is not of a kind.

    A kind is a type, None, a union, a Literal, a dataclass, or a list, tuple or mapping of kinds; Any is everything.
    """
    if kind is Any:
        return
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        require_one(value, get_args(kind), name)
    elif origin is Literal:
        if value not in get_args(kind) or type(value) not in {type(item) for item in get_args(kind)}:
            raise ValueError(f"{name} is none of {', '.join(map(str, get_args(kind)))}")
    elif origin in {list, tuple}:
        require_items(value, kind, name)
    elif origin in {dict, Mapping}:
        require_values(value, get_args(kind)[1], name)
    elif is_dataclass(kind):
        required = {item.name for item in fields(kind) if not item.metadata.get(LATER)}
        require_fields(value, get_type_hints(kind, localns=_NAMES), name, required)
    elif type(value) is not kind and not (kind is float and type(value) is int):
        raise ValueError(f"{name} is not {_IN_WORDS[kind]}")


def require_one(value: Any, kinds: tuple[Any, ...], name: str) -> None:
    """One of several kinds; the complaint is about the first that is not None."""
    if value is None and NoneType in kinds:
        return
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    if not any(is_of_kind(value, kind, name) for kind in kinds[1:]):
        require_kind(value, kinds[0], name)


def is_of_kind(value: Any, kind: Any, name: str) -> bool:
    """Whether `require_kind` has nothing to say."""
    try:
        require_kind(value, kind, name)
    except ValueError:
        return False
    return True


def require_items(value: Any, kind: Any, name: str) -> None:
    """A list; of exactly so many items for a tuple without an ellipsis."""
    if not isinstance(value, list):
        raise ValueError(f"{name} is not a list")  # noqa: TRY004 - no caller passed a wrong type
    kinds = get_args(kind)
    if get_origin(kind) is tuple and kinds[-1] is not Ellipsis:
        if len(value) != len(kinds):
            raise ValueError(f"{name} has {len(value)} items instead of {len(kinds)}")
    else:
        kinds = (kinds[0],) * len(value)
    for position, (item, item_kind) in enumerate(zip(value, kinds, strict=True)):
        require_kind(item, item_kind, f"{name}[{position}]")


def require_values(value: Any, kind: Any, name: str) -> None:
    """An object with values of one kind under any keys."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 - no caller passed a wrong type
    for key, item in value.items():
        require_kind(item, kind, f"{name}.{key}")


def require_fields(value: Any, kinds: Mapping[str, Any], name: str, required: set[str]) -> None:
    """An object with known fields, none of those missing that are required."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 - no caller passed a wrong type
    strange, missing = sorted(set(value) - set(kinds)), sorted(required - set(value))
    if missing:
        raise ValueError(f"{name} has no field {missing[0]}")
    if strange:
        raise ValueError(f"{name} has an unknown field {strange[0]}")
    for key, item in value.items():
        require_kind(item, kinds[key], f"{name}.{key}")
