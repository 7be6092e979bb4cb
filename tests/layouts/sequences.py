"""CK+, Oulu-CASIA and Aff-Wild2 in every layout."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.drawing_sets import CKPLUS_LABELS, affwild2, ckplus, ckplus_copy, oulu
from tests.layouts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CK = {"S005/001": "disgust", "S010/001": "contempt", "S010/002": "happiness", "S011/003": None, "S012/001": "anger"}
CK_COUNTS = Counter(label for label in CK.values() if label)
OULU = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
AFFWILD2 = ("neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other")
VIDEOS = {"1-30-1280x720": [0, 1, 2, 3], "video7_left": [4, 5, -1, 6, 7, 7]}
VIDEO_LABELS = {
    "1-30-1280x720/00001": "neutral",
    "1-30-1280x720/00002": "anger",
    "1-30-1280x720/00003": "disgust",
    "1-30-1280x720/00004": "fear",
    "video7_left/00001": "happiness",
    "video7_left/00002": "sadness",
    "video7_left/00004": "surprise",
    "video7_left/00005": "other",
    "video7_left/00006": "other",
}


def sequences() -> Iterator[Layout]:
    """CK+, Oulu-CASIA and Aff-Wild2."""
    peak, last3 = {"S010_001_00000005": "contempt"}, {"S010_001_00000003": "contempt", "S012_001_00000005": "anger"}
    thrice = {label: 3 * count for label, count in CK_COUNTS.items()}
    release = "cohn-kanade-images with Emotion, 1 of 5 sequences without a label left out, frames"
    seven, eight = tuple(CKPLUS_LABELS), ("neutral", *CKPLUS_LABELS)
    for name, draw_, words, classes, counts, labels, frames in (
        ("release", lambda root: ckplus(root, CK), f"{release} peak", seven, CK_COUNTS, peak, None),
        ("as it is unpacked", ckplus_unpacked, f"{release} last3", seven, thrice, last3, "last3"),
        (
            "first frames as neutral",
            lambda root: ckplus(root, CK),
            f"{release} last3+neutral",
            eight,
            {"neutral": sum(CK_COUNTS.values())} | thrice,
            last3 | {"S010_001_00000001": "neutral"},
            "last3+neutral",
        ),
        ("48 x 48", ckplus_48, "class folders of cropped faces, frames last3", seven, None, last3, "last3"),
    ):
        yield Layout(
            dataset="ckplus",
            name=name,
            draw=draw_,
            words=words,
            classes=classes,
            counts=counts or dict.fromkeys(CKPLUS_LABELS, 3) | {"contempt": 6},
            labels=labels,
            options={"frames": frames} if frames else {},
        )
    for name, draw_, words, counts, options in (
        ("release", lambda root: oulu(root / "OriginalImg", ["P001", "P002"], OULU), "visible; light strong", 2, {}),
        (
            "all lights",
            oulu_lights,
            "visible, infrared; light strong, weak, dark",
            6,
            {"spectrum": "all", "light": "all"},
        ),
    ):
        yield Layout(
            dataset="oulu",
            name=name,
            draw=draw_,
            words=f"spectrum {words}; frames peak",
            classes=OULU,
            counts=dict.fromkeys(OULU, counts),
            labels={"visible/strong/P001/fear/003": "fear"},
            attributes={"visible/strong/P001/fear/003": {"spectrum": "visible", "light": "strong"}},
            options=options,
        )
    for place in ("annotations/EXPR_Classification_Challenge", "6th_ABAW_Annotations/EXPR_Recognition_Challenge"):
        yield Layout(
            dataset="affwild2",
            name=place,
            draw=lambda root, place=place: affwild2_at(root, place),
            words=f"{place.rpartition('/')[2]}/Validation_Set, cropped_aligned/; 1 frames labelled -1 left out",
            classes=AFFWILD2,
            counts=dict.fromkeys(AFFWILD2, 1) | {"other": 2},
            labels=VIDEO_LABELS,
        )


def ckplus_unpacked(root: Path) -> None:
    """The archives in folders of their own names."""
    ckplus(root / "drawn", CK)
    for name, above in (("cohn-kanade-images", "extended-cohn-kanade-images"), ("Emotion", "Emotion_labels")):
        (root / "CK+" / above).mkdir(parents=True)
        (root / "drawn" / name).rename(root / "CK+" / above / name)


def ckplus_48(root: Path) -> None:
    """The copy on Kaggle, which has a folder for every class."""
    others = {f"S10{i}/001": label for i, label in enumerate(CKPLUS_LABELS) if label not in CK_COUNTS}
    ckplus_copy(
        root / "CK+48", {place: label for place, label in CK.items() if label} | others | {"S099/001": "contempt"}
    )


def oulu_lights(root: Path) -> None:
    """One person in both spectra under all three lights."""
    for spectrum in ("VL", "NI"):
        for light in ("Strong", "Weak", "Dark"):
            oulu(root, ["P001"], OULU, light=f"{spectrum}/{light}")


def affwild2_at(root: Path, place: str) -> None:
    """The annotations in the folder in which a challenge gave them out."""
    drawn = affwild2(root, VIDEOS) / "annotations" / "EXPR_Classification_Challenge"
    if root / place != drawn:
        (root / place).parent.mkdir()
        drawn.rename(root / place)
        drawn.parent.rmdir()
