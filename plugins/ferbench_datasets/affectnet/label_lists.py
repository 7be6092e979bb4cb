"""Lists of labels that users of POSTER make of the numbered release: lines `12.jpg 3` in `*_annotations_7class.txt`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.affectnet.card import CODES
from ferbench_datasets.affectnet.names import number_in
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: How the name of a list begins.
BEGINNINGS = {"train": ("train",), "val": ("valid", "val")}


def find_list(places: Iterable[Path], split: str, n_classes: int) -> Path | None:
    """The list of a split for a number of classes in one of the places, or None."""
    names = [f"{beginning}_annotations_{n_classes}class.txt" for beginning in BEGINNINGS[split]]
    paths = [place / name for place in places for name in names]
    return next((path for path in paths if path.is_file()), None)


def read_list(path: Path, n_classes: int) -> dict[int, int]:
    """Number of a picture -> code.

    Raises:
        DataError: a line that is no picture and label, a label outside the classes, a number that stands twice.
    """
    asked = f"The labels of AffectNet were to be read from {shown(path)}."
    known = {str(code): code for code in range(n_classes)}
    code_of: dict[int, int] = {}
    for line, text in numbered_lines(path):
        number, code = read_line(asked, line, text, known)
        if number in code_of:
            raise DataError(asked, f"Line {line} names the picture {number} a second time.", "Restore the list.")
        code_of[number] = code
    if not code_of:
        raise DataError(asked, "It names no picture.", "Restore the list.")
    return code_of


def read_line(asked: str, line: int, text: str, known: Mapping[str, int]) -> tuple[int, int]:
    """Number and code of a line."""
    fields = text.split()
    number = number_in(fields[0].partition(".")[0])
    if len(fields) != 2 or number is None:
        raise DataError(
            asked, f"Line {line} is {shown(text)!r}, not a picture and its label such as '12.jpg 3'.", "Correct it."
        )
    if fields[1] not in known:
        meanings = ", ".join(f"{code} {CODES[code]}" for code in known.values())
        raise DataError(
            asked, f"Line {line} has the label {shown(fields[1])!r}; there are {meanings}.", "Correct the line."
        )
    return number, known[fields[1]]
