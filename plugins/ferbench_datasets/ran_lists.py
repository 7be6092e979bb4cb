"""The hard subsets of Region Attention Networks (RAN) as attributes: occluded faces, poses over 30 and over 45 degrees.

The lists lie in the repository kaiwang960112/Challenge-condition-FER-dataset, which has no licence: who wants the
attributes fetches them. A list names pictures of one official split with their classes; its companion `*_label.txt`
repeats only the classes, below a line with two counts, and is not read. Lines end in LF or CRLF, and a picture may
stand there twice (test_2464 of RAF-DB does): it counts once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.reading import numbered_lines
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ferbench.emotions import ClassOrder

#: A line `3/test_0009_aligned.jpg`: what all lists of poses look like.
POSE_LINE = r"(?P<code>[0-9]{1,2})/(?P<name>[^/.\s]+)\.\w+"

#: Values of the attributes; the first one is that of the pictures on the list. The meaning of a type is nowhere said.
RAN_ATTRIBUTES = {
    "occlusion": ("occluded", "none"),
    "occlusion_type": ("1", "2", "3", "4"),
    "pose30": ("over30", "other"),
    "pose45": ("over45", "other"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RanList:
    """One list: the attribute that it gives, and its lines as a regular expression with groups `name` and `code`.

    A group `type` gives a second attribute, `occlusion_type`.
    """

    attribute: str
    file: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RanLists:
    """The lists of one data set. `folder` is theirs in the repository, `classes` are the meanings of the codes."""

    folder: str
    split: str
    lists: tuple[RanList, ...]
    classes: ClassOrder
    #: Official id of a file name without extension, or None.
    canonical_id: Callable[[str], str | None]
    #: How the lists name pictures, for an error.
    naming: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list says of a picture."""

    label: str
    type: str | None


def find_ran_lists(given: str | None, places: Iterable[Path], split: str, ran: RanLists) -> Path | None:
    """The folder with any of the lists: the given one, else one of the places; None where there is none.

    Raises:
        DataNotFound: a folder was given, and no list is in it.
        UsageError: a folder was given for another split than that of the lists.
    """
    if given is None:
        return folder_with_lists(places, ran) if split == ran.split else None
    if split != ran.split:
        raise UsageError(
            f"ran_lists={given} was given for the split {split}.",
            f"RAN's lists name pictures of the split {ran.split}.",
            "Leave the option out.",
        )
    found = folder_with_lists([Path(given).expanduser()], ran)
    if found is None:
        raise DataNotFound(
            f"RAN's lists were looked for in {shown(given)}.",
            f"Neither there nor in {ran.folder}/ below is any of {', '.join(item.file for item in ran.lists)}.",
            "Name a copy of https://github.com/kaiwang960112/Challenge-condition-FER-dataset as ran_lists.",
        )
    return found


def folder_with_lists(places: Iterable[Path], ran: RanLists) -> Path | None:
    """The first of the places, each followed by its subfolder named as in the repository, that has a list."""
    folders = [folder for place in places for folder in (place, place / ran.folder)]
    return next((folder for folder in folders if any((folder / item.file).is_file() for item in ran.lists)), None)


def ran_attributes(
    folder: Path, ran: RanLists, label_of: Mapping[str, str], classes: ClassOrder
) -> tuple[dict[str, dict[str, str]], str]:
    """Id -> attributes by the lists that are in the folder, and these lists in words.

    `label_of` is the whole split; pictures of classes outside `classes` are no part of it.

    Raises:
        DataError: a line of another form, or one that names no picture of the split, or another class than the split.
    """
    present = [item for item in ran.lists if (folder / item.file).is_file()]
    attributes: dict[str, dict[str, str]] = {name: {} for name in label_of}
    for item in present:
        listed = read_list(folder / item.file, item, ran)
        require_agreement(folder / item.file, ran, listed, label_of, classes)
        inside, outside = RAN_ATTRIBUTES[item.attribute]
        for name, values in attributes.items():
            values[item.attribute] = inside if name in listed else outside
        for name in listed.keys() & attributes.keys():
            if listed[name].type is not None:
                attributes[name]["occlusion_type"] = str(listed[name].type)
    return attributes, f"; RAN's {', '.join(item.file for item in present)}"


def read_list(path: Path, item: RanList, ran: RanLists) -> dict[str, Listed]:
    """Official id -> what the list says; the same line twice counts once."""
    asked = f"RAN's list {shown(path)} was to be read."
    listed: dict[str, Listed] = {}
    for number, text in numbered_lines(path):
        name, found = read_line(asked, number, text, item, ran)
        if listed.setdefault(name, found) != found:
            raise DataError(asked, f"Line {number} says of {name} something else than a line above.", "Restore it.")
    return listed


def read_line(asked: str, number: int, text: str, item: RanList, ran: RanLists) -> tuple[str, Listed]:
    """Official id of a line, and what the line says."""
    match = re.fullmatch(item.line, text.strip())
    name = ran.canonical_id(match["name"]) if match else None
    if match is None or name is None or int(match["code"]) >= len(ran.classes):
        raise DataError(asked, f"Line {number} is {shown(text.strip())!r}.", f"Restore the list: {ran.naming}.")
    return name, Listed(label=ran.classes[int(match["code"])], type=match.groupdict().get("type"))


def require_agreement(
    path: Path, ran: RanLists, listed: Mapping[str, Listed], label_of: Mapping[str, str], classes: ClassOrder
) -> None:
    """Refuse a list that names pictures that are not in the split, or with another class."""
    asked = f"The {len(listed)} pictures of RAN's list {shown(path)} were looked for in the split {ran.split}."
    absent = [name for name, found in listed.items() if name not in label_of and found.label in classes]
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} are not there: {first_few(absent)}.",
            f"{ran.naming[0].upper()}{ran.naming[1:]}. Use that release, or remove the lists to go without them.",
        )
    wrong = [name for name, found in listed.items() if name in label_of and label_of[name] != found.label]
    if wrong:
        raise DataError(
            asked,
            f"{len(wrong)} have another class there, as {wrong[0]}: {listed[wrong[0]].label} on the list, "
            f"{label_of[wrong[0]]} in the split.",
            "Restore the list or the labels: one of them is wrong.",
        )
