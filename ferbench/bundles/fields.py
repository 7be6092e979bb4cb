"""JSON members with one field a line, so that every field has a SHA-256 of its own; and JSON that nobody can bend."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Records nest five levels deep.
MAX_DEPTH = 16
_LARGEST = 2**63 - 1
_MOST_DIGITS = 20
_BETWEEN = b",\n"
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)":')
#: C0 and C1 controls but tab and line end, and halves of surrogate pairs that stand for no byte of a file name.
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udc7f\udd00-\udfff]")


def spelt(value: Any) -> str:
    """The one spelling of a value: sorted keys, no blanks, ASCII, no NaN."""
    return json.dumps(finite(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_lines(fields: Mapping[str, Any]) -> bytes:
    """A JSON object with one field a line, sorted by name."""
    lines = [f"{spelt(name)}:{spelt(fields[name])}".encode("ascii") for name in sorted(fields)]
    return b"{" + _BETWEEN.join(lines) + b"}"


def lines_of(content: bytes) -> list[bytes]:
    """The fields of a member as they are spelt; within a field no line ends."""
    return content[1:-1].split(_BETWEEN)


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def digests_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 by field, over the line that it takes."""
    lines = lines_of(to_lines(fields)) if fields else []
    return {name: sha256(line) for name, line in zip(sorted(fields), lines, strict=True)}


def changed_fields(content: bytes, expected: Mapping[str, str]) -> list[str]:
    """The fields whose SHA-256 is another than expected; what is no field of the member at all is named so."""
    found = [sha256(line) for line in lines_of(content)]
    missing = sorted(name for name, digest in expected.items() if digest not in set(found))
    whole = found == [expected[name] for name in sorted(expected)] and (content[:1], content[-1:]) == (b"{", b"}")
    return missing or ([] if whole else ["other text than its fields"])


def field_at(line: bytes, number: int) -> str:
    """Name of the field that a line holds, as far as it can be made out."""
    match = _KEY.match(line)
    return match[1].decode("ascii", "backslashreplace") if match else f"line {number}"


def strict_json(content: bytes) -> Any:
    """The value of a JSON document in ASCII.

    Raises:
        ValueError: it is none; or has a key twice, a number that is not finite, control characters, or too many levels.
    """
    try:
        value = json.loads(
            content.decode("ascii"),
            parse_constant=refuse_constant,
            parse_float=finite_float,
            parse_int=small_int,
            object_pairs_hook=without_doubles,
        )
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    require_plain(value)
    return value


def refuse_constant(text: str) -> float:
    """NaN and infinities are no JSON."""
    raise ValueError(f"{text} is no number")


def finite_float(text: str) -> float:
    """A number that is not too large to be one."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:32]} is no number that can be computed with")
    return value


def small_int(text: str) -> int:
    """A whole number that databases can hold."""
    if len(text) > _MOST_DIGITS or abs(int(text)) > _LARGEST:
        raise ValueError(f"{text[:32]} is larger than any count")
    return int(text)


def without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once each."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice")
        found[key] = value
    return found


def require_plain(value: Any, depth: int = 0) -> None:
    """ValueError for texts with control characters, and for what is nested deeper than any bundle is."""
    if depth > MAX_DEPTH:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str) and _NOT_TEXT.search(value):
        raise ValueError(f"the text {value[:64]!r} has control characters")
    if isinstance(value, dict):
        for key, item in value.items():
            require_plain(key, depth + 1)
            require_plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            require_plain(item, depth + 1)
