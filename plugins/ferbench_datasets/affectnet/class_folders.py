"""Class folders made of AffectNet: named by the codes of the release (0..7, 0..6, with or without 8..10) or by class.

Either release may have been sorted into them: ids come from the names of the files.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ferbench.emotions import NAMED_ORDERS, canonical_class
from ferbench.errors import DataError
from ferbench_datasets.affectnet.card import CLASSES8, CODES, COUNTS8
from ferbench_datasets.affectnet.entries import Entry, Reading, rows_of, split_entries
from ferbench_datasets.affectnet.names import canonical_id, foreign_id, foreign_words
from ferbench_datasets.affectnet.split_folders import one_folder
from ferbench_datasets.class_rows import stem_of
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder

#: Folders of a split.
SPLIT_FOLDERS = {"train": ("train",), "val": ("val", "valid", "test")}

_CODE_OF = {str(code): code for code in range(len(CODES))}


def find_folders(base: Path, split: str, _: int) -> Path | None:
    """The folder of a split, or None."""
    return one_folder(base, split, SPLIT_FOLDERS[split])


def read_folders(_: Path, folder: Path, split: str, classes: ClassOrder) -> Reading:
    """Rows of the class folders of a split, by id.

    Raises:
        DataError: folders that are no classes of AffectNet, or whose numbers contradict its codes; an id twice.
    """
    pictures = pictures_by_folder(folder)
    code_of, words = codes_of(folder, split, {name: len(paths) for name, paths in pictures.items()})
    entries = [entry_of(folder, path, code_of[name]) for name, paths in pictures.items() for path in paths]
    kept, left_out = split_entries(entries, classes)
    require_unique(f"The pictures of {shown(folder)} were to be listed.", ((entry.id, entry.source) for entry in kept))
    foreign = foreign_words([entry.id for entry in kept])
    layout = f"{folder.name}/ with {words}{left_out}{foreign}"
    return Reading(folder=folder, rows=rows_of(kept, classes), layout=layout)


def entry_of(folder: Path, path: Path, code: int) -> Entry:
    """A picture in a class folder."""
    name = canonical_id(path.stem) or foreign_id(stem_of(path), CODES[code])
    return Entry(id=name, code=code, source=path.relative_to(folder).as_posix(), box=None)


def codes_of(folder: Path, split: str, counts: dict[str, int]) -> tuple[dict[str, int], str]:
    """Folder name -> code, and in words how that is known."""
    if counts.keys() <= _CODE_OF.keys():
        require_order(folder, split, counts)
        return {name: _CODE_OF[name] for name in counts}, "folders named by AffectNet's codes"
    named = {name: canonical_class(name) for name in counts}
    twice = Counter(named.values())
    if any(found not in CLASSES8 or twice[found] > 1 for found in named.values()):
        raise DataError(
            f"The class folders of {shown(folder)} were to be read.",
            f"They are {first_few(list(counts))}.",
            f"AffectNet has 0..7, or one for each of {', '.join(CLASSES8)}.",
        )
    codes = {name: CLASSES8.index(found) for name, found in named.items() if found is not None}
    require_no_other_numbers(folder, codes)
    return codes, "folders named by class"


def require_order(folder: Path, split: str, counts: dict[str, int]) -> None:
    """Refuse numbered folders whose counts are the official ones in the order of the alphabet."""
    official = COUNTS8[split]
    for order in ("alphabetical8", "alphabetical7"):
        expected = [official[name] for name in NAMED_ORDERS[order]]
        found = [counts.get(str(number), 0) for number in range(len(expected))]
        if found == expected != list(official.values())[: len(expected)]:
            raise DataError(
                f"The numbered folders of {shown(folder)} were to be read by AffectNet's codes.",
                f"Their counts {', '.join(map(str, found))} are the official ones in the order of the alphabet.",
                f"Name the folders by class, from the first to the last: {', '.join(NAMED_ORDERS[order])}.",
            )


def require_no_other_numbers(folder: Path, code_of: dict[str, int]) -> None:
    """Refuse names such as `0-Anger`, whose numbers are not AffectNet's codes: another set on Kaggle has them."""
    numbers = {name: re.match(r"[0-9]+", name) for name in code_of}
    strange = [name for name, match in numbers.items() if match and int(match[0]) != code_of[name]]
    if strange:
        raise DataError(
            f"The class folders of {shown(folder)} were to be read.",
            f"{first_few(strange)}: these are not AffectNet's numbers of the classes.",
            "Where the names are right, take the numbers off. But a set of some 29,000 pictures on Kaggle has folders "
            "such as 0-Anger and is not AffectNet: evaluate that one as the data set `folder`.",
        )
