"""Texts as a site may show them to anybody: no paths of a machine, no control characters."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

#: What is left of a path.
ELLIPSIS = "\u2026"
_SEGMENT = r"""[^\s/\\'"<>|:;,()\[\]{}]+"""
_PATHS = re.compile(
    rf"""
      (?<=['"]) (?: ~|/(?!/)|[A-Za-z]:[/\\]|\\\\ ) [^'"\n]+ (?=['"])      # in quotes, where it may hold spaces
    | file:/+ {_SEGMENT} (?: [/\\]+ {_SEGMENT} )* /?
    | (?<!\w) [A-Za-z]: (?: [/\\]+ {_SEGMENT} )+ [/\\]?                    # a drive; no letter stands before it
    | \\\\ {_SEGMENT} (?: \\+ {_SEGMENT} )+
    | (?<![\w.~</\\]) (?: ~[\w.-]* )? / (?!/) {_SEGMENT} (?: /+ {_SEGMENT} )* /?
    """,
    re.VERBOSE,
)
#: A path with fewer parts may end in the name of a person.
_FEWEST_PARTS = 3


def public(text: str) -> str:
    """A text without absolute paths, and with control characters spelt out.

    Of a path the name of the file stays, if it has one: `/home/anna/faces/x.png` becomes `…/x.png`.
    """
    if "/" in text or "\\" in text:
        text = _PATHS.sub(_shortened, text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _shortened(found: re.Match[str]) -> str:
    parts = [part for part in re.split(r"[/\\]+", found[0]) if part]
    named = len(parts) >= _FEWEST_PARTS and "." in parts[-1].strip(".")
    return f"{ELLIPSIS}/{parts[-1]}" if named else ELLIPSIS


def public_value(value: Any) -> Any:
    """What a template writes for a value: texts as `public` has them, nothing as a dash; markup is our own."""
    if value is None:
        return "\u2013"
    return value if isinstance(value, Markup | int | float) else public(str(value))


def public_data(value: Any) -> Any:
    """Plain data with every text as `public` has it, keys included."""
    if isinstance(value, str):
        return public(value)
    if isinstance(value, dict):
        return {public(str(key)): public_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [public_data(item) for item in value]
    return value
