"""FER2013 and FERPlus as tests draw them: tables of pixels, vote files and folders, exactly in the official formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FER2013_CLASSES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
FERPLUS_CLASSES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
VOTE_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
FOLDER_OF = {"Training": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}
KAGGLE_FOLDERS = {name: name for name in FER2013_CLASSES} | {
    "anger": "angry",
    "happiness": "happy",
    "sadness": "sad",
}

#: (Usage, image name, ten votes): a line of the vote file.
Line = tuple[str, str, str]


def grey(seed: int) -> NDArray[np.uint8]:
    """(48, 48) uint8: blocks of grey that follow from the seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 6), dtype=np.uint8)
    return np.kron(blocks, np.ones((8, 8), dtype=np.uint8))


def pixel_text(seed: int) -> str:
    """The grey picture of a seed as the table has it."""
    return " ".join(map(str, grey(seed).ravel().tolist()))


def fer2013_table(root: Path, rows: Sequence[tuple[int, str]], name: str = "fer2013.csv") -> Path:
    """`name` below `root` with rows of (emotion, Usage); row i shows grey(i). The columns are those of the name."""
    root.mkdir(parents=True, exist_ok=True)
    lines = ["emotion,pixels,Usage"] + [f"{label},{pixel_text(i)},{usage}" for i, (label, usage) in enumerate(rows)]
    if name == "icml_face_data.csv":
        lines = ["emotion, Usage, pixels"] + [
            f"{label},{usage},{pixel_text(i)}" for i, (label, usage) in enumerate(rows)
        ]
    (root / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return root


def ferplus_tables(root: Path, lines: Sequence[Line]) -> Path:
    """fer2013.csv and fer2013new.csv below `root`, row by row; every row of the first is labelled anger."""
    fer2013_table(root, [(0, usage) for usage, _, _ in lines])
    write_votes(root / "fer2013new.csv", lines)
    return root


def ferplus_folders(root: Path, lines: Sequence[Line], *, box: bool = True) -> Path:
    """The folders that the released program writes below `root`: PNG files, and label.csv with or without a box."""
    middle = '"(0, 0, 48, 48)",' if box else ""
    for usage, folder in FOLDER_OF.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        labels = ""
        for row, (of, name, votes) in enumerate(lines):
            if of == usage and name:
                Image.fromarray(grey(row)).save(root / folder / name, compress_level=0)
                labels += f"{name},{middle}{votes}\r\n"
        (root / folder / "label.csv").write_text(labels, encoding="utf-8", newline="")
    return root


def write_votes(path: Path, lines: Iterable[Line]) -> None:
    """A vote file with the official header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([VOTE_HEADER, *(",".join(line) for line in lines), ""]), encoding="utf-8")


def kaggle_folder(folder: Path, counts: Mapping[str, int], usage: str | None) -> Path:
    """A split folder of class folders, files named as on Kaggle after the usage, or im0.jpg, im1.jpg, ... in each."""
    number = 0
    for label, count in counts.items():
        (folder / KAGGLE_FOLDERS[label]).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            name = f"im{i}.jpg" if usage is None else f"{usage}_{10018621 + 37 * number}.jpg"
            Image.fromarray(grey(number)).save(folder / KAGGLE_FOLDERS[label] / name, quality=90)
            number += 1
    return folder
