"""AffectNet as tests draw it: both releases and what is made of them, with the same pictures in every layout.

Trees take `counts`, pictures by split and name of the code, such as {"val": {"fear": 2, "none": 1}}.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import numpy as np

from tests.drawing_sets import draw, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Counts = dict[str, dict[str, int]]

CLASSES = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")
CODES = (*CLASSES, "none", "uncertain", "no-face")
BOX = ("face_x", "face_y", "face_width", "face_height")
COLUMNS = ("subDirectory_filePath", *BOX, "facial_landmarks", "expression", "valence", "arousal")
SMALL: Counts = {
    "train": dict(zip(CODES, (3, 4, 2, 1, 1, 2, 2, 1, 1, 0, 2), strict=True)),
    "val": dict(zip(CODES, (2, 1, 2, 1, 2, 1, 1, 2, 1, 2, 1), strict=True)),
}
LANDMARKS = ";".join(f"{10 + i}.5;{20 + i}.25" for i in range(68))


def labels_of(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    """(number of a picture, name of its code), the codes shuffled among the numbers as they are in the real set."""
    codes = [name for name in CODES for _ in range(counts.get(name, 0))]
    random.Random(0).shuffle(codes)
    return list(enumerate(codes, start=7))


def hash_of(split: str, number: int) -> str:
    """The name that a drawn picture has in the original release."""
    return hashlib.sha224(f"{split} {number}".encode()).hexdigest()


def affectnet_csv(root: Path, counts: Counts, lists: str = ".") -> Path:
    """The original release: training.csv has a header, validation.csv none. No picture of a code above 7 is there."""
    for split, table in (("train", "training.csv"), ("val", "validation.csv")):
        if split in counts:
            lines = [list(COLUMNS)] if split == "train" else []
            for number, name in labels_of(counts[split]):
                path = f"{number % 3 + 1}/{hash_of(split, number)}.jpg"
                lines.append([path, "3", "4", "16", "15", LANDMARKS, str(CODES.index(name)), "-0.17", "0.05"])
                if name in CLASSES:
                    draw(root / "Manually_Annotated_Images" / path, number)
            write(root / lists / table, "".join(",".join(line) + "\n" for line in lines))
    return root


def affectnet_numbered(root: Path, counts: Counts, val: str = "val_set") -> Path:
    """The numbered release: pictures with four arrays each, the expression as a text without dimensions."""
    for split, folder in (("train", "train_set"), ("val", val)):
        for number, name in labels_of(counts.get(split, {})):
            draw(root / folder / "images" / f"{number}.jpg", number)
            annotations = root / folder / "annotations"
            annotations.mkdir(exist_ok=True)
            np.save(annotations / f"{number}_exp.npy", np.array(str(CODES.index(name))))
            for kind in ("val", "aro", "lnd"):
                np.save(annotations / f"{number}_{kind}.npy", np.array("-0.25"))
    return root


def affectnet_lists(root: Path, counts: Counts, n_classes: int) -> Path:
    """What POSTER reads: pictures under numbers, and a list in the folder of each split; no annotations."""
    for split, begin in (("train", "train"), ("val", "valid")):
        lines = []
        for number, name in labels_of(counts.get(split, {})):
            draw(root / f"{begin}_set" / "images" / f"{number}.jpg", number)
            if CODES.index(name) < n_classes:
                lines.append(f"{number}.jpg {CODES.index(name)}\n")
        write(root / f"{begin}_set" / f"{begin}_annotations_{n_classes}class.txt", "".join(lines))
    return root


def affectnet_folders(
    root: Path, counts: Counts, folders: Mapping[str, str], val: str = "val", *, hashed: bool = False
) -> Path:
    """Class folders as DAN makes them; `folders` says how the folder of a code is called, others are left out."""
    for split, folder in (("train", "train"), ("val", val)):
        for number, name in labels_of(counts.get(split, {})):
            if name in folders:
                stem = hash_of(split, number) if hashed else str(number)
                draw(root / folder / folders[name] / f"{stem}.jpg", number)
    return root


def numbered_rows(counts: Mapping[str, int], classes: tuple[str, ...]) -> list[tuple[str, str]]:
    """(id, class) of the pictures that a class set has of a split of the numbered release."""
    return [(f"{number:06d}", name) for number, name in labels_of(counts) if name in classes]


def hashed_rows(counts: Mapping[str, int], classes: tuple[str, ...], split: str) -> list[tuple[str, str]]:
    """(id, class) of the pictures that a class set has of a split of the original release, by id."""
    return sorted((hash_of(split, number), name) for number, name in labels_of(counts) if name in classes)


def variant_lines(counts: Mapping[str, int]) -> Iterator[str]:
    """Lines of a list with so many pictures of each class, numbered from 1."""
    number = 0
    for name, count in counts.items():
        for _ in range(count):
            number += 1
            yield f"{number}.jpg {CODES.index(name)}\n"
