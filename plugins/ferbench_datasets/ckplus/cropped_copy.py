"""CK+ as it circulates: faces of 48 by 48 pixels in class folders, with the official names of the frames."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.ckplus.card import CLASSES
from ferbench_datasets.ckplus.sequence import Sequence, read_frames
from ferbench_datasets.class_rows import require_classes
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.folder import classes_by_name
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench_datasets.ckplus.sequence import Frame


def copied_sequences(folder: Path) -> tuple[list[Sequence], str]:
    """The sequences of the copy with the frames that it has of each, and the layout in words.

    Raises:
        DataError: other class folders, names that are no frames, a frame twice, a sequence in two classes.
    """
    asked = f"The class folders of {shown(folder)} were to be read as CK+."
    pictures = pictures_by_folder(folder)
    class_of = classes_by_name(folder, list(pictures))
    require_classes(folder, CLASSES, set(class_of.values()))
    frames = [(frame, class_of[name]) for name, paths in pictures.items() for frame in read_frames(asked, paths)]
    require_unique(asked, ((frame.id, str(frame.path.relative_to(folder))) for frame, _ in frames))
    return in_sequences(asked, sorted(frames, key=lambda pair: pair[0].id)), "class folders of cropped faces"


def in_sequences(asked: str, frames: list[tuple[Frame, str]]) -> list[Sequence]:
    """Frames with their classes as sequences; DataError for one that lies in several classes."""
    found: dict[str, list[tuple[Frame, str]]] = defaultdict(list)
    for frame, label in frames:
        found[frame.sequence].append((frame, label))
    for name, pairs in found.items():
        labels = sorted({label for _, label in pairs})
        if len(labels) > 1:
            raise DataError(
                asked,
                f"The frames of {name} lie in several classes: {', '.join(labels)}.",
                "A sequence has one label; restore the copy.",
            )
    return [
        Sequence(name=name, label=pairs[0][1], frames=tuple(frame for frame, _ in pairs))
        for name, pairs in found.items()
    ]
