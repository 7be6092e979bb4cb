"""Names of RAF-DB pictures and the ids that they stand for.

An official picture has the id `train_00001` or `test_0001`, whatever the folder, the extension, the suffix `_aligned`
or the digits of its name. A picture under another name has its class before its name (`fear/img_7`): no official id
holds a slash, so that a copy with names of its own is never taken for the official pictures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.class_rows import stem_of
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = re.compile(r"(train|test)_([0-9]{1,9})(?:_aligned)?", re.IGNORECASE)
_DIGITS = {"train": 5, "test": 4}


def canonical_id(stem: str) -> str | None:
    """`test_0001` for a file name without extension such as `test_0001_aligned`; None for any other name."""
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    split = match[1].lower()
    return f"{split}_{int(match[2]):0{_DIGITS[split]}d}"


def split_of(name: str) -> str:
    """The split that an official id states."""
    return name.partition("_")[0]


def number_of(name: str) -> int:
    """The number of an official id, from 1."""
    return int(name.partition("_")[2])


def picture_rows(
    folder: Path, split: str, pictures: Mapping[str, list[Path]], class_of: Mapping[str, str], total: int | None
) -> tuple[list[Row], str]:
    """Rows of the class folders of a split, and in words how many names are not official; empty where all are.

    Official names run from 1 to `total`; None: nobody knows how far.

    Raises:
        DataError: pictures that are named as the other split's, or two with one id.
    """
    asked = f"The pictures of {shown(folder)} were to be listed."
    rows = [
        Row(id=picture_id(path, class_of[name], split, total), label=class_of[name], source=path)
        for name, paths in pictures.items()
        for path in paths
    ]
    official = [row for row in rows if "/" not in row.id]
    strays = [row.source.name for row in official if split_of(row.id) != split]
    if strays:
        raise DataError(
            asked,
            f"{len(strays)} of {len(rows)} are named as pictures of another split than {split}: {first_few(strays)}.",
            "Unpack the split again: training and test pictures must not mix.",
        )
    require_unique(asked, ((row.id, str(row.source.relative_to(folder))) for row in rows))
    return rows, foreign_words(len(rows) - len(official), len(rows))


def picture_id(path: Path, label: str, split: str, total: int | None) -> str:
    """Official id of a picture, of whatever split, else its class and its file name without the extension."""
    name = canonical_id(path.stem)
    unknown = name is None or (split_of(name) == split and total is not None and not 1 <= number_of(name) <= total)
    return f"{label}/{stem_of(path)}" if name is None or unknown else name


def foreign_words(foreign: int, n: int) -> str:
    """How many pictures have no official name, as the layout says it; empty for none."""
    return f"; {foreign} of {n} file names are not official: their ids are class and name" if foreign else ""
