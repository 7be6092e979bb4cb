"""The sequences of Oulu-CASIA under one light: a folder for each person, and in it one for each expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.folder import classes_by_name
from ferbench_datasets.listing import subfolders
from ferbench_datasets.opened import require_unique
from ferbench_datasets.oulu.card import CLASSES
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Sequence as Many
    from pathlib import Path

_SUBJECT = re.compile(r"P[0-9]{3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Pictures of one person and expression by the numbers of their frames, in order."""

    subject: str
    label: str
    frames: tuple[tuple[int, Path], ...]


def read_sequences(folder: Path) -> list[Sequence]:
    """The sequences of a light.

    Raises:
        DataError: folders that are no persons or no expressions, empty ones, files that are no numbered frames.
    """
    asked = f"The sequences of {shown(folder)} were to be listed."
    people = subfolders(folder)
    strange = [person.name for person in people if not _SUBJECT.fullmatch(person.name)]
    if strange or not people:
        found = first_few(strange) or "nothing"
        raise DataError(asked, f"It holds {found}, not folders such as P001.", "Unpack the set again.")
    return [sequence for person in people for sequence in read_person(asked, person)]


def read_person(asked: str, person: Path) -> list[Sequence]:
    """The sequences of a person."""
    pictures = pictures_by_folder(person)
    class_of = classes_by_name(person, list(pictures))
    foreign = [name for name, label in class_of.items() if label not in CLASSES]
    if foreign:
        raise DataError(
            asked,
            f"{shown(person.name)} has the folder {first_few(foreign)}; the set has {', '.join(CLASSES)}.",
            "Restore the folders of the release.",
        )
    return [
        Sequence(subject=person.name.upper(), label=class_of[name], frames=numbered(asked, paths))
        for name, paths in pictures.items()
    ]


def numbered(asked: str, paths: Many[Path]) -> tuple[tuple[int, Path], ...]:
    """Frames by their numbers, in order."""
    strange = [f"{path.parent.name}/{path.name}" for path in paths if not re.fullmatch(r"[0-9]{1,9}", path.stem)]
    if strange:
        raise DataError(asked, f"{first_few(strange)} is no frame such as 000.jpeg.", "Restore the names.")
    require_unique(asked, ((str(int(path.stem)), str(path)) for path in paths))
    return tuple(sorted((int(path.stem), path) for path in paths))
