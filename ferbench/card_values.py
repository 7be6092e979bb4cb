"""The facts of a card as people write them, in TOML and as options; ValueError names one that means nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ferbench.emotions import parse_class_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.emotions import ClassOrder


def chosen(name: str, value: Any, possible: tuple[Any, ...]) -> Any:
    """One of a few values."""
    if value in possible and not isinstance(value, bool):
        return possible[possible.index(value)]
    raise ValueError(f"{name} = {value!r}, which is none of {', '.join(map(str, possible))}")


def size_of(value: Any) -> tuple[int, int]:
    """(height, width) of `224`, `"224x192"` or `[224, 192]`."""
    parts = value.lower().split("x") if isinstance(value, str) else value if isinstance(value, list) else [value]
    sides = [int(part) if str(part).strip().isdecimal() and not isinstance(part, float) else 0 for part in parts]
    if len(sides) in {1, 2} and min(sides) > 0:
        return sides[0], sides[-1]
    raise ValueError(f"size = {value!r}, which is no HEIGHTxWIDTH in pixels")


def numbers(name: str, value: Any, channels: int) -> tuple[float, ...]:
    """One number a channel, of a list, of a text with commas, or of one number for all channels."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    try:
        found = [float(part) for part in parts if not isinstance(part, bool)]
    except (TypeError, ValueError):
        found = []
    if len(found) == len(parts) and len(found) in {1, channels} and all(map(math.isfinite, found)):
        return tuple(found if len(found) == channels else found * channels)
    raise ValueError(f"{name} = {value!r}, which is not {channels} numbers, one for each channel")


def share(name: str, value: Any, least: float) -> float:
    """A number up to 1."""
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= 1:
        return float(value)
    raise ValueError(f"{name} = {value!r}, which is no number from {least:g} to 1")


def facts(name: str, value: Any) -> Mapping[str, Any]:
    """A table of facts."""
    if isinstance(value, dict):
        return value
    raise ValueError(f"{name} = {value!r}, which is no table")


def classes_of(value: Any) -> ClassOrder | None:
    """The class order of a list, of a text with commas, or of a known name."""
    if value is None:
        return None
    text = ",".join(map(str, value)) if isinstance(value, list) else value
    if isinstance(text, str):
        return parse_class_order(text)
    raise ValueError(f"classes = {value!r}, which is no list of classes")
