"""A list of the user that says which pictures count, and as what: names and labels, in the forms that circulate.

Lines are `fer0032220.png 7` (a blank, tab or comma between), or `7/fer0032220 6` as in the lists of RAN, where the
folder is the label and the number behind it says how many crops RAN makes. Labels are the numbers 0 to 7 in the order
of FERPlus, or class names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ferbench.emotions import canonical_class
from ferbench.errors import DataError
from ferbench_datasets.ferplus.names import canonical_id
from ferbench_datasets.ferplus.rules import EMOTIONS
from ferbench_datasets.opened import require_unique
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TODO = "Write a line for each picture, such as 'fer0032220.png 7' or '7/fer0032220'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the list: what its folder and the text behind the name are, before it is known which is the label."""

    number: int
    id: str
    folder: str | None
    behind: str | None


def read_list(path: Path) -> Mapping[str, tuple[int, str]]:
    """Id -> (line number, class) of every picture that the list names.

    Raises:
        DataError: the list cannot be read, is empty, names a picture twice or a label that FERPlus does not have, or
            does not tell what the labels are.
    """
    asked = f"The list {shown(path)} was to be read."
    lines = [parse_line(asked, number, text) for number, text in numbered_lines(path)]
    if not lines:
        raise DataError(asked, "It is empty.", _TODO)
    require_unique(asked, ((line.id, f"line {line.number}") for line in lines))
    by_folder = labels_are_folders(asked, lines)
    return {
        line.id: (line.number, class_of(asked, line.number, line.folder if by_folder else line.behind))
        for line in lines
    }


def parse_line(asked: str, number: int, text: str) -> Line:
    """The parts of a line."""
    name, *behind = re.split(r"[\s,]+", text.strip())
    path = PurePosixPath(name.replace("\\", "/"))
    known = canonical_id(path.stem)
    if known is None or len(behind) > 1:
        raise DataError(asked, f"Line {number} is {shown(text)!r}, not a picture of FERPlus and its label.", _TODO)
    return Line(number=number, id=known, folder=path.parent.name or None, behind=behind[0] if behind else None)


def labels_are_folders(asked: str, lines: list[Line]) -> bool:
    """Whether the folders are the labels.

    They are where every picture has a folder that is a label, and what stands behind the names is nothing, the same on
    every line (RAN's number of crops), or the folder again.
    """
    if not all(is_label(line.folder) for line in lines):
        return False
    behind = {line.behind for line in lines}
    if len(behind) == 1 or all(line.behind == line.folder for line in lines):
        return True
    other = next(line for line in lines if line.behind != line.folder)
    raise DataError(
        asked,
        f"Line {other.number} has the folder {shown(str(other.folder))} and the label {shown(str(other.behind))}.",
        "Write the label once, in front of the name or behind it.",
    )


def is_label(text: str | None) -> bool:
    """Whether a text is a class of FERPlus, by number or by name."""
    return text is not None and label_class(text) is not None


def label_class(text: str) -> str | None:
    """Class of FERPlus by its number from 0 or by its name in any spelling, or None."""
    if re.fullmatch("[0-9]{1,3}", text):
        return EMOTIONS[int(text)] if int(text) < len(EMOTIONS) else None
    name = canonical_class(text)
    return name if name in EMOTIONS else None


def class_of(asked: str, number: int, text: str | None) -> str:
    """Class of the label of a line."""
    found = None if text is None else label_class(text)
    if found is None:
        said = "no label" if text is None else f"the label {shown(text)!r}"
        meanings = ", ".join(f"{index} {name}" for index, name in enumerate(EMOTIONS))
        raise DataError(asked, f"Line {number} has {said}; there are {meanings}.", _TODO)
    return found
