"""The list of ExpW: a line for each face, `image face top left right bottom confidence label`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.expw.card import CLASSES
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS = 8
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_TODO = "Restore the official list, whose lines are such as: angry_actor_104.jpg 0 28 113 226 141 22.9362 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A face of a picture: `box` is (left, top, right, bottom) in pixels of the picture `image`."""

    line: int
    image: str
    number: str
    box: tuple[float, float, float, float]
    label: str

    @property
    def id(self) -> str:
        """Name of the picture without extension, and the number of the face in it."""
        return f"{PurePosixPath(self.image).stem}/{self.number}"


def read_faces(path: Path) -> tuple[list[Face], int]:
    """The faces of the list in its order, and how many lines repeat an earlier one word for word.

    Raises:
        DataError: a line of another form, a picture outside the folder, an empty box, a label outside 0 to 6.
    """
    asked = f"The list {shown(path)} was to be read."
    lines = numbered_lines(path)
    first_line: dict[tuple[str, ...], int] = {}
    for number, text in lines:
        first_line.setdefault(tuple(text.rsplit(maxsplit=_FIELDS - 1)), number)
    if not first_line:
        raise DataError(asked, "It holds no lines.", _TODO)
    return [parse(asked, number, fields) for fields, number in first_line.items()], len(lines) - len(first_line)


def parse(asked: str, line: int, fields: tuple[str, ...]) -> Face:
    """The face of a line."""
    if len(fields) != _FIELDS or not fields[1].isdecimal() or not all(map(_NUMBER.fullmatch, fields[2:7])):
        raise DataError(asked, f"Line {line} is {shown(' '.join(fields))!r}, which has another form.", _TODO)
    image, number, *numbers, label = fields
    top, left, right, bottom = (float(value) for value in numbers[:4])
    if left >= right or top >= bottom:
        raise DataError(asked, f"Line {line} has an empty box, from {left, top} to {right, bottom}.", _TODO)
    return Face(
        line=line,
        image=plain_name(asked, line, image),
        number=str(int(number)),
        box=(left, top, right, bottom),
        label=class_of(asked, line, label),
    )


def plain_name(asked: str, line: int, image: str) -> str:
    """The name of a picture in Unicode NFC; it must not lead to another folder."""
    if "/" in image or "\\" in image or image in {".", ".."}:
        raise DataError(
            asked,
            f"Line {line} names the picture {shown(image)!r}.",
            "Pictures are named without a folder: all lie in one. Restore the official list.",
        )
    return unicodedata.normalize("NFC", image)


def class_of(asked: str, line: int, label: str) -> str:
    """Class of a label 0 to 6."""
    if label not in map(str, range(len(CLASSES))):
        meanings = ", ".join(f"{number} {name}" for number, name in enumerate(CLASSES))
        raise DataError(asked, f"Line {line} has the label {shown(label)!r}; there are {meanings}.", _TODO)
    return CLASSES[int(label)]
