"""Miniature data sets that tests draw in the official formats, and the shortest way to score them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ferbench.results import RunResult

#: Class -> folder, as CAER-S and SFEW spell them.
CAERS_FOLDERS = {
    "anger": "Anger",
    "disgust": "Disgust",
    "fear": "Fear",
    "happiness": "Happy",
    "neutral": "Neutral",
    "sadness": "Sad",
    "surprise": "Surprise",
}
SFEW_FOLDERS = CAERS_FOLDERS | {"anger": "Angry"}
#: Class -> code in the names of JAFFE and of KDEF.
JAFFE_CODES = {
    "anger": "AN",
    "disgust": "DI",
    "fear": "FE",
    "happiness": "HA",
    "neutral": "NE",
    "sadness": "SA",
    "surprise": "SU",
}
KDEF_CODES = JAFFE_CODES | {"fear": "AF"}
#: Class -> label in the emotion files of CK+.
CKPLUS_LABELS = {
    "anger": 1,
    "contempt": 2,
    "disgust": 3,
    "fear": 4,
    "happiness": 5,
    "sadness": 6,
    "surprise": 7,
}
#: Class -> folder in the copy of CK+ with 48 by 48 pixels.
CKPLUS_FOLDERS = {name: name for name in CKPLUS_LABELS} | {"happiness": "happy"}
#: Class -> word in the names of FERG-DB.
FERG_WORDS = {name: name for name in JAFFE_CODES} | {"happiness": "joy"}
#: Class -> label in the list of ExpW.
EXPW_LABELS = {"anger": 0, "disgust": 1, "fear": 2, "happiness": 3, "sadness": 4, "surprise": 5, "neutral": 6}
AFFWILD2_HEADER = "Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise,Other"


def draw(path: Path, seed: int, *, grey: bool = False) -> Path:
    """A picture of 24 by 24 pixels that follows from the seed, in the format that the name says, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (6, 6) if grey else (6, 6, 3)
    blocks = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    Image.fromarray(blocks).resize((24, 24), Image.Resampling.NEAREST).save(path)
    return path


def write(path: Path, text: str) -> Path:
    """A text file and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def class_folders(root: Path, counts: Mapping[str, int], folders: Mapping[str, str], name: str = "{:04d}.png") -> Path:
    """Pictures in a folder for each class, numbered anew in every one from 1."""
    for label, count in counts.items():
        for number in range(1, count + 1):
            draw(root / folders[label] / name.format(number), seed=len(label) * 100 + number)
    return root


def expw(root: Path, faces: Iterable[tuple[str, int, str]]) -> Path:
    """A list of (picture, number of the face, class) with boxes, and its pictures, below `root`."""
    lines = []
    for seed, (image, number, label) in enumerate(faces):
        draw(root / "image" / "origin" / image, seed)
        lines.append(
            f"{image} {number} {2 + number} {4 + number} {14 + number} {12 + number} 22.9362 {EXPW_LABELS[label]}\n"
        )
    write(root / "label" / "label.lst", "".join(lines))
    return root


def jaffe(root: Path, pictures: Mapping[str, Iterable[str]], suffix: str = ".tiff") -> Path:
    """Grey pictures by subject: `{"KA": ["anger", "fear"]}` gives KA.AN1.1.tiff and KA.FE1.2.tiff."""
    number = 0
    for subject, labels in pictures.items():
        for label in labels:
            number += 1
            draw(root / f"{subject}.{JAFFE_CODES[label]}1.{number}{suffix}", number, grey=True)
    return root


def kdef(root: Path, people: Iterable[str], labels: Iterable[str], angles: Iterable[str]) -> Path:
    """A folder for each person and session such as AF01, with all expressions from all angles."""
    labels, angles = list(labels), list(angles)
    for i, person in enumerate(people):
        for j, label in enumerate(labels):
            for k, angle in enumerate(angles):
                draw(root / person / f"{person}{KDEF_CODES[label]}{angle}.JPG", 100 * i + 10 * j + k)
    return root


def ferg(root: Path, pictures: Mapping[str, Iterable[str]]) -> Path:
    """Two pictures of each character and class: `{"aia": ["anger"]}` gives aia/aia_anger/aia_anger_1.png and _2."""
    for i, (character, labels) in enumerate(pictures.items()):
        for j, label in enumerate(labels):
            folder = f"{character}_{FERG_WORDS[label]}"
            for number in (1, 2):
                draw(root / character / folder / f"{folder}_{number}.png", 100 * i + 10 * j + number)
    return root


def ckplus(root: Path, sequences: Mapping[str, str | None], frames: int = 5) -> Path:
    """The release: `{"S005/001": "disgust", "S005/002": None}` gives two sequences, the second without a label."""
    for seed, (place, label) in enumerate(sequences.items()):
        stem = place.replace("/", "_")
        for number in range(1, frames + 1):
            draw(root / "cohn-kanade-images" / place / f"{stem}_{number:08d}.png", 10 * seed + number, grey=True)
        if label is None:
            (root / "Emotion" / place).mkdir(parents=True)
        else:
            name = f"{stem}_{frames:08d}_emotion.txt"
            write(root / "Emotion" / place / name, f"   {CKPLUS_LABELS[label]}.0000000e+00\n")
    return root


def ckplus_copy(root: Path, sequences: Mapping[str, str], last: int = 5) -> Path:
    """The copy in class folders with the last three frames of each sequence."""
    for seed, (place, label) in enumerate(sequences.items()):
        stem = place.replace("/", "_")
        for number in range(last - 2, last + 1):
            draw(root / CKPLUS_FOLDERS[label] / f"{stem}_{number:08d}.png", 10 * seed + number, grey=True)
    return root


def oulu(root: Path, people: Iterable[str], labels: Iterable[str], light: str = "VL/Strong", frames: int = 4) -> Path:
    """The sequences of some people under a light, frames from 000.jpeg."""
    labels = list(labels)
    for i, person in enumerate(people):
        for j, label in enumerate(labels):
            for number in range(frames):
                path = root / light / person / label.capitalize() / f"{number:03d}.jpeg"
                draw(path, 100 * i + 10 * j + number)
    return root


def affwild2(
    root: Path, videos: Mapping[str, Sequence[int]], unseen: Iterable[str] = (), split: str = "Validation_Set"
) -> Path:
    """Videos with the label of each frame from 1; `unseen` names frames without a picture, such as `video1/00002`."""
    annotations = root / "annotations" / "EXPR_Classification_Challenge" / split
    for i, (video, labels) in enumerate(videos.items()):
        write(annotations / f"{video}.txt", "\n".join([AFFWILD2_HEADER, *map(str, labels)]) + "\n")
        for frame in range(1, len(labels) + 1):
            if f"{video}/{frame:05d}" not in set(unseen):
                draw(root / "cropped_aligned" / video / f"{frame:05d}.jpg", 100 * i + frame)
    return root


def miniature(name: str, root: Path) -> Path:
    """The smallest tree of a set that has pictures of its default split."""
    once = dict.fromkeys(JAFFE_CODES, 1)
    trees: dict[str, Callable[[], Path]] = {
        "caers": lambda: class_folders(root / "test", once, CAERS_FOLDERS),
        "sfew": lambda: _films(root / "Val", once),
        "expw": lambda: expw(root, [("angry_actor_104.jpg", 0, "anger"), ("sad_asian_7.jpg", 0, "fear")]),
        "jaffe": lambda: jaffe(root, {"KA": once, "YM": once}),
        "kdef": lambda: kdef(root, ["AF01", "BF01"], once, ["S"]),
        "ferg": lambda: ferg(root, {"aia": once}),
        "ckplus": lambda: ckplus(root, {"S005/001": "disgust", "S005/002": None}),
        "oulu": lambda: oulu(root, ["P001"], ["anger", "fear"]),
        "affwild2": lambda: affwild2(root, {"video1": [0, 7]}),
    }
    trees[name]()
    return root


def _films(folder: Path, counts: Mapping[str, int]) -> None:
    for i, label in enumerate(counts):
        class_folders(folder, {label: 1}, SFEW_FOLDERS, name=f"Airheads_00{i}519240_{{:08d}}.png")


def scored(dataset: str, root: Path, **changes: object) -> RunResult:
    """A run of tiny_cnn with random weights on a set of the installed plugins."""
    spec = RunSpec(model="tiny_cnn", dataset=dataset, data_root=str(root), weights="random", timing=False, **changes)
    return evaluate(spec, build_catalog(), Settings())
