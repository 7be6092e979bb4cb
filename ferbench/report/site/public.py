"""Texts as a site may show them to anybody: no paths of a machine, no control characters."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from ferbench.report.formatting import ABSENT

#: What is left of a path.
ELLIPSIS = "\u2026"
_WORD = r"""[^\s/\\'"`<>|:;,()\[\]{}]+"""
#: A space, a comma or a bracket belongs to a name of a folder where a separator follows; behind a file it ends a path.
_JOINT = r"(?<!\.\w{2})(?<!\.\w{3})(?<!\.\w{4}) (?: [ ]?[(\[{] | [)\]}][ ]? | [ ] | [,;'](?![ ]) )"
_SEGMENT = rf"{_WORD} (?: (?: {_JOINT} (?!~) {_WORD} ){{1,6}} [)\]}}]? (?= [/\\] ) )?"
_START = r"~ | / | \.\.?[/\\] | [A-Za-z]:[/\\] | \\"
_PATHS = re.compile(
    rf"""
      (?<=') (?: {_START} ) [^'\n]+ (?=')                                   # in quotes, where it may hold anything
    | (?<=") (?: {_START} ) [^"\n]+ (?=")
    | file:/+ {_SEGMENT} (?: [/\\]+ {_SEGMENT} )* /?
    | (?: \\\\[?.]\\ )? (?<!\w) [A-Za-z]: (?: [/\\]+ {_SEGMENT} )+ [/\\]?  # a drive; no letter stands before it
    | \\\\ {_SEGMENT} (?: \\+ {_SEGMENT} )+
    | (?<![\w.~/\\]) \.\.? (?: [/\\]+ {_SEGMENT} )+ [/\\]?
    | (?<![\w\\]) \\ {_SEGMENT} (?: \\ {_SEGMENT} )+
    | (?<![\w.~/\\]) (?! (?<=<) /\w+> ) (?: ~[\w.-]* )?                    # no end tag
      (?: (?<!:)/+ | / (?!/) | /{{3,}} ) {_SEGMENT} (?: /+ {_SEGMENT} )* /?  # no `//` of an address
    """,
    re.VERBOSE,
)
#: A path with fewer parts may end in the name of a person; a drive is none of them.
_FEWEST_PARTS = 3


def public(text: str) -> str:
    """A text without paths from a root, a home or a folder above, and with control characters spelt out.

    Of a path the name of the file stays, if it has one: `/home/anna/faces/x.png` becomes `…/x.png`.
    """
    if "/" in text or "\\" in text:
        text = _PATHS.sub(_shortened, text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _shortened(found: re.Match[str]) -> str:
    parts = [part for part in re.split(r"[/\\]+", found[0]) if part]
    named = len([part for part in parts if not part.endswith(":")]) >= _FEWEST_PARTS and "." in parts[-1].strip(".")
    return f"{ELLIPSIS}/{parts[-1]}" if named else ELLIPSIS


def public_value(value: Any) -> Any:
    """What a template writes for a value: texts as `public` has them, nothing as a dash; markup is our own."""
    if value is None or value == ABSENT:
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
