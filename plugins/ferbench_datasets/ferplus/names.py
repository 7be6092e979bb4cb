"""Names of FERPlus pictures: `fer0032220.png`, seven digits, which are not the number of the row in fer2013.csv."""

from __future__ import annotations

import re

_NAME = re.compile(r"fer([0-9]{1,7})", re.IGNORECASE)


def canonical_id(stem: str) -> str | None:
    """`fer0032220` for a file name without extension in that form; None for any other name."""
    match = _NAME.fullmatch(stem)
    return f"fer{int(match[1]):07d}" if match else None
