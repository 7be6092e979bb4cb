"""One spelling for everything that is hashed: canonical JSON and SHA-256."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces and no NaN: equal values give equal text, whatever their key order.

    NaN and infinities become null, since JSON has no spelling for them.
    """
    return json.dumps(finite(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def finite(value: Any) -> Any:
    """The value with tuples as lists and every float that is not finite as None, all the way down."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def sha256_text(text: str) -> str:
    """Hexadecimal SHA-256 of a text in UTF-8; lone surrogates (undecodable file names) are kept as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def sha256_json(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of a value."""
    return sha256_text(canonical_json(value))
