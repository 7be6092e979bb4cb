"""CK+ opened: the release, or the copy of 48 by 48 pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.choices import one_of
from ferbench_datasets.ckplus.card import CARD, CLASSES, CLASSES_WITH_NEUTRAL
from ferbench_datasets.ckplus.cropped_copy import copied_sequences
from ferbench_datasets.ckplus.release import image_folder, released_sequences
from ferbench_datasets.class_rows import holds_classes
from ferbench_datasets.frames import FROM_THE_END, last_frames
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import read_options, require_folder, require_split
from ferbench_datasets.subjects import SubjectOptions, of_subjects
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench_datasets.ckplus.sequence import Frame, Sequence

WITH_NEUTRAL = "last3+neutral"
_USUAL_NAMES = frozenset({"ck+", "ck", "ckplus", "ck+48", "ckplus48", "ckdataset", "cohnkanade"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CkplusOptions(SubjectOptions):
    """`frames` is `peak`, `last3` or `last3+neutral`."""

    frames: str | None = None


def open_ckplus(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the labelled sequences of CK+; an id is the official name of a frame (`S005_001_00000011`).

    The classes are the seven of the labels; with the first frames as `neutral` there are eight, neutral first.

    Raises:
        DataNotFound: no known layout, or the frames without the labels.
        DataError: a layout that cannot be used as it is, or a sequence with fewer frames than the option asks for.
        UsageError: a split, an option or a subject that CK+ does not have.
    """
    require_split(CARD, split)
    chosen = read_options(CkplusOptions, CARD, options)
    frames = one_of(CARD, "frames", chosen.frames, (*FROM_THE_END, WITH_NEUTRAL), "peak")
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    images = image_folder(base)
    sequences, layout = released_sequences(base, images) if images else copied_sequences(base)
    if images is None and frames == WITH_NEUTRAL:
        raise without_first_frames(base)
    asked = f"The frames of CK+ in {shown(base)} were to be chosen."
    rows, words = of_subjects(CARD, [row for item in sequences for row in rows_of(asked, item, frames)], chosen)
    return PictureFiles(
        rows=tuple(sorted(rows, key=lambda row: row.id)),
        classes=CLASSES_WITH_NEUTRAL if frames == WITH_NEUTRAL else CLASSES,
        layout=", ".join(filter(None, (layout, f"frames {frames}", words))),
    )


def is_base(folder: Path) -> bool:
    """Whether a folder holds the frames of the release or the class folders of the copy."""
    return image_folder(folder) is not None or holds_classes(folder, CLASSES)


def without_first_frames(base: Path) -> DataError:
    """The error for neutral faces that the copy does not have."""
    return DataError(
        f"frames={WITH_NEUTRAL} was asked for CK+ in {shown(base)}.",
        "The neutral faces are the first frames of the sequences, which the class folders of this copy do not hold.",
        "Use the release, or pass frames=last3.",
    )


def rows_of(asked: str, sequence: Sequence, frames: str) -> list[Row]:
    """The rows of a sequence by the option `frames`."""
    if frames != WITH_NEUTRAL:
        taken = last_frames(asked, sequence.name, sequence.frames, FROM_THE_END[frames])
        return [row_of(frame, sequence.label, sequence.subject) for frame in taken]
    # One more than the three of the peak: a first frame that is one of these is no neutral face.
    first, *peak = last_frames(asked, sequence.name, (sequence.frames[0], *sequence.frames[1:][-3:]), 4)
    return [
        row_of(first, "neutral", sequence.subject),
        *(row_of(frame, sequence.label, sequence.subject) for frame in peak),
    ]


def row_of(frame: Frame, label: str, subject: str) -> Row:
    """The row of a frame."""
    return Row(id=frame.id, label=label, source=frame.path, group=subject)
