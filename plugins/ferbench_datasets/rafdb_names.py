"""Names of RAF-DB pictures and the canonical ids that they stand for."""

from __future__ import annotations

import re

_NAME = re.compile(r"(train|test)_([0-9]{1,9})(?:_aligned)?", re.IGNORECASE)
_DIGITS = {"train": 5, "test": 4}


def canonical_id(stem: str) -> str | None:
    """`test_0001` for a file name without extension such as `test_0001_aligned`; None for any other name."""
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    split = match[1].lower()
    return f"{split}_{int(match[2]):0{_DIGITS[split]}d}"
