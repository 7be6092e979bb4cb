"""Where the annotations and the pictures of Aff-Wild2 lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.child_folders import child
from ferbench_datasets.listing import subfolders
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

#: Names of the folder of the challenge, over the years.
_CHALLENGES = ("EXPR_Classification_Challenge", "EXPR_Recognition_Challenge")
#: What the name of a folder of annotations holds, in lower case: `annotations`, `6th_ABAW_Annotations`, `labels`.
_MARKS = ("annot", "abaw", "label")
_LEVELS = 2


def annotation_folder(base: Path) -> Path | None:
    """The folder of the expression challenge, or None.

    Raises:
        DataError: one level has several.
    """
    level = [base]
    for _ in range(_LEVELS + 1):
        found = [hit for folder in level for name in _CHALLENGES if (hit := child(folder, name)) is not None]
        if len(found) > 1:
            raise DataError(
                f"The annotations of Aff-Wild2 were looked for in {shown(base)}.",
                f"Several folders hold them: {first_few(found)}.",
                "Keep those of one challenge: they differ from year to year.",
            )
        if found:
            return found[0]
        level = [below for folder in level for below in subfolders(folder) if is_marked(below.name)]
    return None


def is_marked(name: str) -> bool:
    """Whether annotations are unpacked into folders of this name."""
    return any(mark in name.lower() for mark in _MARKS)
