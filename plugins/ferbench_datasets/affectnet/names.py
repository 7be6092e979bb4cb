"""Names of AffectNet pictures and the ids that they stand for.

The numbered release names a picture by a number, the original one by a hash: the ids are the number in six digits
(`000012`) and the hash in small letters, whatever the folder and the extension. A picture under any other
name has its class before its name (`fear/img_7`): no official id holds a slash.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_NUMBER = re.compile(r"[0-9]{1,9}")
_HASH = re.compile(r"[0-9a-f]{56}", re.IGNORECASE)


def canonical_id(stem: str) -> str | None:
    """Official id of a file name without extension; None for a name that no release gives."""
    if _NUMBER.fullmatch(stem):
        return numbered_id(int(stem))
    return stem.lower() if _HASH.fullmatch(stem) else None


def foreign_id(stem: str, label: str) -> str:
    """Id of a picture under a name that no release gives, in Unicode NFC."""
    return unicodedata.normalize("NFC", f"{label}/{stem}")


def foreign_words(ids: Collection[str]) -> str:
    """How many pictures have no official name, as the layout says it; empty for none."""
    foreign, n = sum("/" in name for name in ids), len(ids)
    return f"; {foreign} of {n} file names are not official: their ids are class and name" if foreign else ""


def numbered_id(number: int) -> str:
    """Id of a picture of the numbered release."""
    return f"{number:06d}"


def number_in(stem: str) -> int | None:
    """The number that a file of the numbered release is named by, or None."""
    return int(stem) if _NUMBER.fullmatch(stem) else None
