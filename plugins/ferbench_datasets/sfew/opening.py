"""SFEW 2.0 opened: class folders of whole frames or of aligned faces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.child_folders import descend
from ferbench_datasets.choices import one_of
from ferbench_datasets.class_rows import class_rows, holds_classes, stem_of
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.sfew.card import CARD, CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_USUAL_NAMES = frozenset({"sfew", "sfew2", "sfew2.0", "sfew2.0images", "images"})
#: Folders of a split by kind of picture, in any case; the kind that wins first.
_FOLDERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "frames": (("{split}",),),
    "aligned": (
        ("{split}_aligned_faces",),
        ("{split}_aligned_faces_new",),
        ("{split}", "{split}_aligned_faces"),
        ("{split}", "{split}_aligned_faces_new"),
    ),
}
#: `Airheads_000519240_00000005`: film, time, number.
_NAME = re.compile(r"(.+)_[0-9]+_[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SfewOptions:
    """`images` is `frames` or `aligned`."""

    images: str | None = None


def open_sfew(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find a split of SFEW 2.0; an id is the file name without extension, the same for a frame and its aligned face.

    `group` is the film, where the name of the file has the official form.

    Raises:
        DataNotFound: no known layout, or not the asked split or pictures of it.
        DataError: class folders that are not the seven of SFEW.
        UsageError: a split or an option that SFEW does not have.
    """
    require_split(CARD, split)
    chosen = read_options(SfewOptions, CARD, options)
    kinds = tuple(_FOLDERS) if chosen.images is None else (one_of(CARD, "images", chosen.images, _FOLDERS, ""),)
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    found = [(kind, folder) for kind in kinds if (folder := picture_folder(base, split, kind)) is not None]
    if not found:
        raise not_found(CARD, base, f"There are no class folders of {' or '.join(kinds)} for the split {split}.")
    kind, folder = found[0]
    layout = f"{kind} in class folders of {folder.relative_to(base).as_posix()}/"
    return PictureFiles(rows=tuple(class_rows(folder, CLASSES, row_of)), classes=CLASSES, layout=layout)


def is_base(folder: Path) -> bool:
    """Whether a folder holds pictures of any kind and split."""
    return any(picture_folder(folder, split, kind) is not None for split in CARD.splits for kind in _FOLDERS)


def picture_folder(base: Path, split: str, kind: str) -> Path | None:
    """The folder with the class folders of a split, or None."""
    paths = [descend(base, *(name.format(split=split) for name in names)) for names in _FOLDERS[kind]]
    return next((path for path in paths if path is not None and holds_classes(path, CLASSES)), None)


def row_of(path: Path, label: str) -> Row:
    """The row of a picture."""
    name = stem_of(path)
    match = _NAME.fullmatch(name)
    return Row(id=name, label=label, source=path, group=match[1] if match else None)
