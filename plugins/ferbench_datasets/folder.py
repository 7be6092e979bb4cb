"""The user's own pictures in a tree with one folder for each class, with or without split folders above them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.cards import DatasetCard
from ferbench.emotions import CANONICAL, canonical_class
from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.class_tree import pictures_by_folder
from ferbench_datasets.listing import relative_id, subfolders
from ferbench_datasets.opened import PictureFiles, require_unique
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

CARD = DatasetCard(
    name="folder",
    title="Own pictures, one folder for each class",
    classes=None,
    splits=("all", "train", "valid", "test"),
    default_split="all",
    content="any",
    counts=None,
    licence="that of the pictures",
    obtain="These are your own pictures.",
    layout="one folder for each class, with or without train/, valid/ (or val/) and test/ above them",
    citation=None,
    private=True,
)

_SPLIT_OF = {"train": "train", "valid": "valid", "val": "valid", "test": "test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """A folder tree has no options."""


def open_folder(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find the class folders of a split; ids are paths below them, classes those found, in canonical order.

    Raises:
        DataNotFound: no such folder or split.
        DataError: a class level that is missing, empty, unknown or ambiguous.
        UsageError: a split or an option that a folder tree does not have.
    """
    require_split(CARD, split)
    read_options(FolderOptions, CARD, options)
    folder = find_split(require_folder(CARD, root), split)
    pictures = pictures_by_folder(folder)
    class_of = classes_by_name(folder, list(pictures))
    rows = [
        Row(id=relative_id(path, folder), label=class_of[name], source=path)
        for name, paths in pictures.items()
        for path in paths
    ]
    require_unique(f"The pictures of {shown(folder)} were to be listed.", ((row.id, str(row.source)) for row in rows))
    classes = tuple(name for name in CANONICAL if name in class_of.values())
    layout = "class folders" if split == "all" else f"class folders in {folder.name}/"
    return PictureFiles(rows=tuple(sorted(rows, key=lambda row: row.id)), classes=classes, layout=layout)


def find_split(root: Path, split: str) -> Path:
    """The folder whose subfolders are the classes of the split."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in subfolders(root):
        if path.name.lower() in _SPLIT_OF:
            found[_SPLIT_OF[path.name.lower()]].append(path)
    asked = f"The split {split!r} of {shown(root)} was asked for."
    if split == "all" and found:
        raise DataError(
            asked,
            f"The tree is divided into {', '.join(sorted(found))}: which part is meant must be said.",
            f"Name the split, as in: --split {min(found)}",
        )
    if split == "all":
        return root
    if not found[split]:
        names = [path.name for path in subfolders(root)]
        raise not_found(CARD, root, f"There is no folder of the split {split}, only {first_few(names) or 'nothing'}.")
    if len(found[split]) > 1:
        names = [path.name for path in found[split]]
        raise DataError(asked, f"{' and '.join(names)} both mean {split}.", "Keep or rename one of them.")
    return found[split][0]


def classes_by_name(folder: Path, names: list[str]) -> dict[str, str]:
    """Folder name -> canonical class.

    Raises:
        DataError: a name that is no known class, or two names for one class.
    """
    asked = f"The class folders of {shown(folder)} were to be read."
    class_of: dict[str, str] = {}
    for name in names:
        found = canonical_class(name)
        if found is None:
            raise DataError(
                asked,
                f"{shown(name)!r} is no known class.",
                f"Name the folders by class ({', '.join(CANONICAL)}; synonyms such as `happy` are known).",
            )
        if found in class_of.values():
            other = next(known for known, value in class_of.items() if value == found)
            raise DataError(asked, f"{other} and {name} both mean {found}.", "Merge the two folders or rename one.")
        class_of[name] = found
    return class_of
