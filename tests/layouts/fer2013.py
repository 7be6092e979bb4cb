"""FER2013 and FERPlus in every layout."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.drawing_fer import (
    FER2013_CLASSES,
    FERPLUS_CLASSES,
    fer2013_table,
    ferplus_folders,
    ferplus_tables,
    kaggle_folder,
    write_votes,
)
from tests.drawing_sets import write
from tests.layouts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

#: Every branch of the official rule among the test pictures; a vote of one rater is an outlier.
VOTES = [
    ("Training", "fer0000100.png", "0,10,0,0,0,0,0,0,0,0"),
    ("PublicTest", "fer0000101.png", "10,0,0,0,0,0,0,0,0,0"),
    # All agree; more than half once the outlier is taken away, whether it is an emotion, unknown or no face.
    ("PrivateTest", "fer0000102.png", "0,10,0,0,0,0,0,0,0,0"),
    ("PrivateTest", "fer0000103.png", "4,0,0,5,0,0,1,0,0,0"),
    ("PrivateTest", "fer0000104.png", "0,0,0,0,5,4,0,0,1,0"),
    ("PrivateTest", "fer0000105.png", "0,5,0,0,4,0,0,0,0,1"),
    ("PrivateTest", "fer0000106.png", "0,1,0,0,0,0,0,8,1,0"),
    # A tie; half and not more; the majority unknown, or no face; no face, and so no picture.
    ("PrivateTest", "fer0000107.png", "5,0,0,5,0,0,0,0,0,0"),
    ("PrivateTest", "fer0000108.png", "3,0,0,5,0,2,0,0,0,0"),
    ("PrivateTest", "fer0000109.png", "0,0,0,0,0,4,0,0,6,0"),
    ("PrivateTest", "fer0000110.png", "0,0,0,0,0,0,3,0,0,7"),
    ("PrivateTest", "", "0,0,0,0,0,0,0,0,0,10"),
]
MAJORITY = {
    "fer0000102": "happiness",
    "fer0000103": "sadness",
    "fer0000104": "anger",
    "fer0000105": "happiness",
    "fer0000106": "contempt",
}


def ferplus() -> Iterator[Layout]:
    """FERPlus: two tables, folders with their own votes or with the table, a rule, a list, seven classes."""

    def layout(
        name: str, draw_: Callable[[Path], object], words: str, labels: Mapping[str, str] = MAJORITY, **facts: object
    ) -> Layout:
        same = {"classes": FERPLUS_CLASSES, "counts": Counter(labels.values()), "labels": labels}
        return Layout(dataset="ferplus", name=name, draw=draw_, words=words, **{**same, **facts})

    tables, rule = "fer2013.csv with fer2013new.csv, label rule", "label rule majority, 8 classes"
    yield layout("tables", lambda root: ferplus_tables(root, VOTES), f"{tables} majority, 8 classes")
    yield layout("folders", lambda root: ferplus_folders(root, VOTES), f"FER2013Test/ with label.csv, {rule}")
    yield layout("folders below their votes", folders_below_votes, f"FER2013Test/ with fer2013new.csv, {rule}")
    yield layout(
        "seven classes",
        lambda root: ferplus_tables(root / "FERPlus", VOTES),
        f"{tables} majority, 7 classes",
        {name: label for name, label in MAJORITY.items() if label != "contempt"},
        classes=FERPLUS_CLASSES[:7],
        options={"num_classes": "7"},
    )
    yield layout(
        "another rule",
        lambda root: ferplus_folders(root, VOTES),
        "FER2013Test/ with label.csv, label rule argmax10, 8 classes",
        MAJORITY | {"fer0000107": "neutral", "fer0000108": "sadness"},
        options={"label_rule": "argmax10"},
    )
    yield layout(
        "RAN's lists",
        lambda root: ferplus_hard(ferplus_tables(root, VOTES)),
        f"{tables} majority, 8 classes; RAN's pose_30_ferplus_list.txt (1 of 1)",
        attributes={"fer0000103": {"pose30": "over30"}, "fer0000102": {"pose30": "other"}},
    )


def folders_below_votes(root: Path) -> None:
    """Folders of pictures without votes, below the vote file."""
    for folder in ferplus_folders(root / "images", VOTES).iterdir():
        (folder / "label.csv").unlink()
    write_votes(root / "fer2013new.csv", VOTES)


def ferplus_hard(root: Path) -> None:
    """RAN's list of one picture that is seen from the side."""
    write(root / "FERplus_dir" / "pose_30_ferplus_list.txt", "3/fer0000103.jpg\n")


FER_ROWS = [(i // 3 % 7, ("Training", "PublicTest", "PrivateTest")[i % 3]) for i in range(42)]
FER_LABELS = {
    f"row_{i:05d}": FER2013_CLASSES[label] for i, (label, usage) in enumerate(FER_ROWS) if usage == "PrivateTest"
}
FER_COUNTS = dict(zip(FER2013_CLASSES, (2, 1, 3, 2, 1, 1, 2), strict=True))


def fer2013() -> Iterator[Layout]:
    """FER2013: the table, the same table with other columns, and folders as on Kaggle."""
    for name in ("fer2013.csv", "icml_face_data.csv"):
        yield Layout(
            dataset="fer2013",
            name=name,
            draw=lambda root, name=name: fer2013_table(root / "archive", FER_ROWS, name),
            words=name,
            classes=FER2013_CLASSES,
            counts=dict.fromkeys(FER2013_CLASSES, 2),
            labels=FER_LABELS,
        )
    yield Layout(
        dataset="fer2013",
        name="Kaggle's folders, told apart by their names",
        draw=kaggle_tree,
        words="class folders, PrivateTest in test/ by the names of files",
        classes=FER2013_CLASSES,
        counts=FER_COUNTS,
        labels={"anger/PrivateTest_10018621": "anger"},
    )
    yield Layout(
        dataset="fer2013",
        name="Kaggle's folders, merged",
        draw=lambda root: kaggle_folder(root / "test", FER_COUNTS, None),
        words="class folders, all of test/",
        classes=FER2013_CLASSES,
        counts=FER_COUNTS,
        labels={"anger/im0": "anger", "fear/im2": "fear"},
        options={"split": "merged"},
    )


def kaggle_tree(root: Path) -> None:
    """Training pictures, and test pictures in which both splits are mixed."""
    kaggle_folder(root / "train", dict.fromkeys(FER2013_CLASSES, 1), "Training")
    kaggle_folder(root / "test", dict.fromkeys(FER2013_CLASSES, 1), "PublicTest")
    kaggle_folder(root / "test", FER_COUNTS, "PrivateTest")
