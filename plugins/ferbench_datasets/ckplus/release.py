"""CK+ as it is released: a folder of frames for each sequence, and beside them the labels of some sequences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.child_folders import first_of
from ferbench_datasets.ckplus.card import CARD, CLASSES
from ferbench_datasets.ckplus.sequence import Sequence, read_frames
from ferbench_datasets.listing import pictures_in, subfolders, visible
from ferbench_datasets.reading import read_text
from ferbench_datasets.request import not_found
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

_IMAGES = (("cohn-kanade-images",), ("extended-cohn-kanade-images", "cohn-kanade-images"))
_LABELS = (("Emotion",), ("Emotion_labels", "Emotion"))
_SUFFIX = "_emotion.txt"
_TODO = "Unpack Emotion_labels.zip and extended-cohn-kanade-images.zip again."


def image_folder(base: Path) -> Path | None:
    """The folder of the frames, or None."""
    return first_of(base, _IMAGES)


def released_sequences(base: Path, images: Path) -> tuple[list[Sequence], str]:
    """The labelled sequences, and the layout in words with the number of those that have no label.

    Raises:
        DataNotFound: the labels are not beside the frames.
        DataError: a label that is none, or labelled frames that are not there.
    """
    labels = first_of(base, _LABELS)
    if labels is None:
        raise not_found(CARD, base, f"{images.name} is there; the folder Emotion with the labels is not.")
    folder_of = sequence_folders(images)
    label_of = label_files(labels)
    absent = [name for name in label_of if name not in folder_of]
    if absent:
        asked = f"The frames of {len(label_of)} labelled sequences were looked for in {shown(images)}."
        raise DataError(asked, f"{len(absent)} sequences are not there: {first_few(absent)}.", _TODO)
    sequences = [read_sequence(name, label_of[name], folder_of[name]) for name in sorted(label_of)]
    unlabelled = len(folder_of) - len(label_of)
    return sequences, f"{images.name} with Emotion, {unlabelled} of {len(folder_of)} sequences without a label left out"


def sequence_folders(folder: Path) -> dict[str, Path]:
    """`S005_001` -> the folder `S005/001`."""
    return {
        f"{subject.name}_{sequence.name}".upper(): sequence
        for subject in subfolders(folder)
        for sequence in subfolders(subject)
    }


def label_files(labels: Path) -> dict[str, Path]:
    """`S005_001` -> the file with its label; folders without one belong to sequences without a label."""
    found: dict[str, Path] = {}
    for name, folder in sequence_folders(labels).items():
        files = [folder / entry.name for entry in visible(folder) if entry.name.lower().endswith(_SUFFIX)]
        if len(files) > 1:
            asked = f"The label of the sequence {name} was looked for in {shown(folder)}."
            raise DataError(asked, f"There are {len(files)}: {first_few([file.name for file in files])}.", _TODO)
        if files:
            found[name] = files[0]
    return found


def read_sequence(name: str, label: Path, folder: Path) -> Sequence:
    """A sequence up to its peak, which is the frame that the file of its label is named for."""
    asked = f"The sequence {name} was to be read from {shown(folder)}."
    frames = read_frames(asked, pictures_in(folder))
    peak = label.name[: -len(_SUFFIX)].upper()
    ids = [frame.id for frame in frames]
    if ids.count(peak) != 1 or any(frame.sequence != name for frame in frames):
        raise DataError(
            asked,
            f"{shown(label.name)} names the peak frame {shown(peak)}; the frames are {first_few(ids) or 'none'}.",
            _TODO,
        )
    return Sequence(name=name, label=read_label(label), frames=tuple(frames[: ids.index(peak) + 1]))


def read_label(path: Path) -> str:
    """Class of a file that holds one number such as `3.0000000e+00`."""
    text = read_text(path).strip()
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if number not in range(1, len(CLASSES) + 1):
        meanings = ", ".join(f"{label} {name}" for label, name in enumerate(CLASSES, start=1))
        raise DataError(
            f"The label in {shown(path)} was to be read.",
            f"It holds {shown(text[:40])!r}; there are {meanings}.",
            "Unpack Emotion_labels.zip again.",
        )
    return CLASSES[int(number) - 1]
