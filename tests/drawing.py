"""Pictures and data set trees that tests draw for themselves: blocks of colour where a face would be.

Trees take `counts`, pictures by split and class such as {"test": {"fear": 2}}. The same counts give the same ids,
labels and file bytes in every layout of RAF-DB.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Counts = dict[str, dict[str, int]]

RAFDB_CLASSES = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
AFFECTNET_CLASSES = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger")
RAFDB_COUNTS: Counts = {
    "train": dict(zip(RAFDB_CLASSES, (1290, 281, 717, 4772, 1982, 705, 2524), strict=True)),
    "test": dict(zip(RAFDB_CLASSES, (329, 74, 160, 1185, 478, 162, 680), strict=True)),
}
#: Folder of a class in the layouts that circulate.
ONE_TO_SEVEN = {name: str(number) for number, name in enumerate(RAFDB_CLASSES, start=1)}
RAFDB_ZERO_TO_SIX = {name: str(number) for number, name in enumerate(RAFDB_CLASSES)}
AFFECTNET_ZERO_TO_SIX = {name: str(number) for number, name in enumerate(AFFECTNET_CLASSES)}


def draw_jpeg(path: Path, seed: int, size: int = 100) -> None:
    """A JPEG of `size` by `size` pixels: sixteen blocks of colour that follow from the seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize((size, size), Image.Resampling.NEAREST).save(path, "JPEG", quality=90)


def rafdb_labels(counts: Mapping[str, int], split: str) -> list[tuple[str, str]]:
    """(id, class) of a split, the classes shuffled among the ids as they are in the real set."""
    labels = [name for name in RAFDB_CLASSES for _ in range(counts.get(name, 0))]
    random.Random(0).shuffle(labels)
    digits = {"train": 5, "test": 4}[split]
    return [(f"{split}_{number:0{digits}d}", label) for number, label in enumerate(labels, start=1)]


def rafdb_official(
    root: Path, counts: Counts, list_name: str = "list_patition_label.txt", *, attributes: bool = False
) -> Path:
    """The official layout below `root`: label list without a last line end, aligned pictures, manual attributes."""
    rows = list(_rows(counts))
    _write(root / "EmoLabel" / list_name, "\n".join(f"{name}.jpg {ONE_TO_SEVEN[label]}" for name, label in rows))
    for name, _ in rows:
        _draw(root / "Image" / "aligned" / f"{name}_aligned.jpg", name)
        if attributes:
            _write(root / "Annotation" / "manual" / f"{name}_manu_attri.txt", manual_attributes(*attributes_of(name)))
    return root


def rafdb_apvit(root: Path, counts: Counts) -> Path:
    """The layout of APViT below `root`: a list for each split, pictures in `Image/aligned_224/`."""
    for split in counts:
        rows = rafdb_labels(counts[split], split)
        lines = [f"{name}_aligned.jpg {ONE_TO_SEVEN[label]}\n" for name, label in rows]
        _write(root / "EmoLabel" / f"{split}.txt", "".join(lines))
        for name, _ in rows:
            _draw(root / "Image" / "aligned_224" / f"{name}.jpg", name)
    return root


def rafdb_folders(
    root: Path,
    counts: Counts,
    folders: Mapping[str, str] = ONE_TO_SEVEN,
    split_folders: Mapping[str, str] | None = None,
) -> Path:
    """A folder for each split, named as `split_folders` says, and in it one for each class, as `folders` says."""
    for split in counts:
        folder = root / (split_folders or {}).get(split, split)
        for name, label in rafdb_labels(counts[split], split):
            _draw(folder / folders[label] / f"{name}_aligned.jpg", name)
    return root


def folder_tree(root: Path, counts: Mapping[str, int], suffix: str = ".jpg") -> Path:
    """Pictures 0000, 0001, ... in folders below `root`; a folder may be a path such as `test/happy`."""
    for number, (folder, count) in enumerate(counts.items()):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            draw_jpeg(root / folder / f"{i:04d}{suffix}", seed=1000 * number + i)
    return root


def attributes_of(name: str) -> tuple[int, int, int]:
    """Numbers of gender, race and age that a drawn RAF-DB has for an id."""
    number = _number(name)
    return number % 3, number // 3 % 3, number // 9 % 5


def manual_attributes(gender: int, race: int, age: int) -> str:
    """Text of a file of manual attributes, with tabs and without a last line end, as some of the real ones are."""
    points = "".join(f"{10 * i}.5\t{7 * i}.25\n" for i in range(1, 6))
    return f"{points}{gender}\n{race} \n{age}"


def _rows(counts: Counts) -> Iterator[tuple[str, str]]:
    for split in counts:
        yield from rafdb_labels(counts[split], split)


def _draw(path: Path, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_jpeg(path, seed=_number(name))


def _number(name: str) -> int:
    split, digits = name.split("_")
    return int(digits) + 100_000 * (split == "train")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
