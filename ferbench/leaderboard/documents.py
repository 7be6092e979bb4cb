"""Records and other JSON texts as columns. A database may come from a stranger: what does not fit is a ValueError."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferbench.canonical import canonical_json, sha256_text
from ferbench.results import seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def record_text(record: Mapping[str, Any]) -> str:
    """Canonical JSON of a record without its seal: the text whose SHA-256 is `results.seal_of(record)`."""
    return canonical_json({key: value for key, value in record.items() if key != "seal"})


def unsealed_record(text: str) -> dict[str, Any]:
    """The record in a text of `record_text`.

    Raises:
        ValueError: the text is no JSON object.
    """
    record = parsed(text)
    if not isinstance(record, dict):
        raise ValueError("the record is not a JSON object")  # noqa: TRY004 - no caller passed a wrong type
    return record


def seal_fits(text: str, seal: str) -> bool:
    """Whether a stored record is the one that was sealed.

    The text is hashed as it stands, which is quick; a record with undecodable file names is stored in another
    spelling of the same JSON, so a text that does not fit is read and spelt canonically before it is called broken.
    """
    try:
        return isinstance(text, str) and (sha256_text(text) == seal or seal_of(unsealed_record(text)) == seal)
    except ValueError:
        return False


def parsed(text: bytes | str) -> Any:
    """The value of a JSON document; ValueError for everything that is not one."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("the JSON document is nested too deeply") from error


def texts(value: Any, name: str) -> list[str]:
    """The value, when it is a list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} is not a list of texts")
    return value
