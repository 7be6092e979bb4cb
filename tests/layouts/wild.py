"""CAER-S, SFEW and ExpW in every layout."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.drawing_sets import CAERS_FOLDERS, SFEW_FOLDERS, class_folders, expw
from tests.layouts.layout import ALPHABETICAL, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Different numbers for neighbouring classes.
SOME = {name: 1 + i % 3 for i, name in enumerate(ALPHABETICAL)}
FACES = [
    ("angry_actor_104.jpg", 0, "anger"),
    ("angry_actor_104.jpg", 1, "neutral"),
    ("amazed_teacher_289.jpg", 0, "surprise"),
    ("sad_asian_7.jpg", 3, "happiness"),
]
FACE_LABELS = {
    "amazed_teacher_289/0": "surprise",
    "angry_actor_104/0": "anger",
    "angry_actor_104/1": "neutral",
    "sad_asian_7/3": "happiness",
}
EXPW = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
FILM = {"Airheads_000519240_00000001": "anger", "Airheads_002519240_00000003": "fear"}


def frames_and_faces() -> Iterator[Layout]:
    """CAER-S, SFEW and ExpW."""
    for folder in ("test", "CAER-S/Test"):
        yield Layout(
            dataset="caers",
            name=folder,
            draw=lambda root, folder=folder: class_folders(root / folder, SOME, CAERS_FOLDERS),
            words=f"class folders in {folder.rpartition('/')[2]}/",
            classes=ALPHABETICAL,
            counts=SOME,
            labels={"test/anger/0001": "anger", "test/happiness/0001": "happiness", "test/fear/0003": "fear"},
        )
    for folder, kind in (("Val", "frames"), ("Val_Aligned_Faces", "aligned"), ("Val/Val_Aligned_Faces_new", "aligned")):
        yield Layout(
            dataset="sfew",
            name=folder,
            draw=lambda root, folder=folder: films(root / folder),
            words=f"{kind} in class folders of {folder}/",
            classes=ALPHABETICAL,
            counts=SOME,
            labels=FILM,
        )
    for name, draw_, words in (
        ("release", lambda root: expw(root / "ExpW", FACES), "label/label.lst, image/origin/"),
        ("side by side", faces_beside, "label.lst, origin/"),
    ):
        yield Layout(
            dataset="expw",
            name=name,
            draw=draw_,
            words=words,
            classes=EXPW,
            counts=Counter(FACE_LABELS.values()),
            labels=FACE_LABELS,
        )


def films(folder: Path) -> None:
    """Frames of a film in class folders, with the official names."""
    for i, (label, count) in enumerate(SOME.items()):
        class_folders(folder, {label: count}, SFEW_FOLDERS, name=f"Airheads_00{i}519240_{{:08d}}.png")


def faces_beside(root: Path) -> None:
    """The list and the folder of pictures side by side, as unpacked copies have them."""
    expw(root / "drawn", FACES)
    (root / "drawn" / "label" / "label.lst").rename(root / "label.lst")
    (root / "drawn" / "image" / "origin").rename(root / "origin")
