"""Aff-Wild2 opened: a row for each labelled frame, with or without a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.affwild2.annotations import read_labels
from ferbench_datasets.affwild2.card import CARD, CLASSES, NO_LABEL
from ferbench_datasets.affwild2.labelled_frames import LabelledFrames
from ferbench_datasets.affwild2.places import annotation_folder
from ferbench_datasets.base_search import search_base
from ferbench_datasets.child_folders import child
from ferbench_datasets.listing import pictures_in, relative_id, subfolders, visible
from ferbench_datasets.opened import require_unique
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

_USUAL_NAMES = frozenset({"affwild2"})
_FOLDER_OF = {"train": "Train_Set", "val": "Validation_Set"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Affwild2Options:
    """Aff-Wild2 has no options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """The labelled frames of a video: those with a picture and those without; frames without a label are counted."""

    rows: tuple[Row, ...]
    without_picture: int
    without_label: int


def open_affwild2(root: Path | None, split: str, **options: Any) -> LabelledFrames:
    """Find the labelled frames of a split; an id is video and number of the frame (`1-30-1280x720/00001`).

    A labelled frame without a picture, where no face was found, is a row all the same, and read() raises OSError.

    Raises:
        DataNotFound: no annotations, no pictures, or not the asked split.
        DataError: annotations that cannot be used as they are, or a video without any picture.
        UsageError: a split or an option that Aff-Wild2 does not have.
    """
    require_split(CARD, split)
    read_options(Affwild2Options, CARD, options)
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    challenge, pictures = annotation_folder(base), child(base, "cropped_aligned")
    if challenge is None or pictures is None:
        raise not_found(CARD, base, "The annotations are there; the folder cropped_aligned is not.")
    labels = child(challenge, _FOLDER_OF[split])
    if labels is None:
        raise not_found(CARD, base, f"There is no folder {_FOLDER_OF[split]} in {shown(challenge.name)}.")
    videos = read_videos(labels, pictures)
    rows = [row for video in videos for row in video.rows]
    layout = f"{challenge.name}/{labels.name}, {pictures.name}/; {in_words(videos)}"
    return LabelledFrames(rows=tuple(sorted(rows, key=lambda row: row.id)), classes=CLASSES, layout=layout)


def is_base(folder: Path) -> bool:
    """Whether a folder holds annotations of the expression challenge."""
    return annotation_folder(folder) is not None


def in_words(videos: list[Video]) -> str:
    """How many frames have no label and how many no picture."""
    unlabelled = sum(video.without_label for video in videos)
    unseen = sum(video.without_picture for video in videos)
    return (
        f"{unlabelled} frames labelled {NO_LABEL} left out, {unseen} labelled frames without a picture count as wrong"
    )


def read_videos(labels: Path, pictures: Path) -> list[Video]:
    """The videos that have labelled frames; pictures of other videos and frames are no part of the split."""
    asked = f"The videos of {shown(labels)} were looked for in {shown(pictures)}."
    files = [labels / entry.name for entry in visible(labels) if entry.name.lower().endswith(".txt")]
    if not files:
        raise DataError(asked, f"{shown(labels.name)} holds no .txt files.", "Unpack the annotations again.")
    folder_of = {folder.name: folder for folder in subfolders(pictures)}
    labels_of = {path.stem: read_labels(path) for path in files}
    absent = [name for name, (class_of, _) in labels_of.items() if class_of and name not in folder_of]
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} of {len(files)} videos have no folder of pictures: {first_few(absent)}.",
            "Unpack all batches of the cropped and aligned pictures into one folder.",
        )
    return [
        read_video(folder_of.get(name, pictures / name), class_of, without_label)
        for name, (class_of, without_label) in labels_of.items()
    ]


def read_video(folder: Path, class_of: dict[int, str], without_label: int) -> Video:
    """The labelled frames of a video, whose pictures lie in a folder of its name."""
    path_of = frames_of(folder) if class_of else {}
    name = relative_id(folder, folder.parent)
    rows = tuple(
        Row(
            id=f"{name}/{frame:05d}",
            label=label,
            source=path_of.get(frame),
            group=re.sub(r"_(left|right)$", "", name),
        )
        for frame, label in class_of.items()
    )
    return Video(rows=rows, without_picture=len(class_of.keys() - path_of.keys()), without_label=without_label)


def frames_of(folder: Path) -> dict[int, Path]:
    """Number of a frame -> its picture."""
    frames = [path for path in pictures_in(folder) if re.fullmatch(r"[0-9]{1,9}", path.stem)]
    asked = f"The frames of {shown(folder)} were to be listed."
    require_unique(asked, ((str(int(path.stem)), path.name) for path in frames))
    return {int(path.stem): path for path in frames}
