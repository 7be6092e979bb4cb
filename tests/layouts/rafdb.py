"""RAF-DB, basic and compound, in every layout."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from ferbench.emotions import COMPOUND
from tests.drawing import (
    AFFECTNET_ZERO_TO_SIX,
    RAFDB_CLASSES,
    RAFDB_COUNTS,
    RAFDB_ZERO_TO_SIX,
    rafdb_apvit,
    rafdb_folders,
    rafdb_labels,
    rafdb_official,
)
from tests.drawing_sets import draw, write
from tests.layouts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

RAF = {
    "train": dict.fromkeys(RAFDB_CLASSES, 1),
    "test": dict(zip(RAFDB_CLASSES, (2, 1, 1, 4, 2, 1, 3), strict=True)),
}
RAF_NAMES = {name: name for name in RAFDB_CLASSES} | {"happiness": "Happy", "anger": "5_angry", "sadness": "sad"}


def raf() -> Iterator[Layout]:
    """RAF-DB: the official list, APViT's, and class folders by number and by name."""
    labels = dict(rafdb_labels(RAF["test"], "test"))
    manual = {"test_0001": {"gender": "female", "race": "caucasian", "age": "0-3"}}

    def layout(name: str, draw_: Callable[[Path], object], words: str, **facts: object) -> Layout:
        same = {"classes": RAFDB_CLASSES, "counts": RAF["test"], "labels": labels}
        return Layout(dataset="rafdb", name=name, draw=draw_, words=words, **{**same, **facts})

    for name in ("list_patition_label.txt", "list_partition_label.txt"):
        words = f"EmoLabel/{name}, Image/aligned"
        yield layout(name, lambda root, name=name: rafdb_official(root / "basic", RAF, name), words)
    yield layout(
        "manual attributes",
        lambda root: rafdb_official(root, RAF, attributes=True),
        "EmoLabel/list_patition_label.txt, Image/aligned",
        attributes=manual,
    )
    yield layout(
        "RAN's lists",
        lambda root: raf_hard(rafdb_official(root, RAF), labels),
        "EmoLabel/list_patition_label.txt, Image/aligned; RAN's rafdb_occlusion_list.txt, val_raf_db_list.txt",
        attributes={
            "test_0001": {"occlusion": "occluded", "occlusion_type": "4", "pose30": "other"},
            "test_0002": {"occlusion": "none", "pose30": "over30"},
        },
    )
    yield layout("APViT", lambda root: rafdb_apvit(root, RAF), "EmoLabel/test.txt, Image/aligned_224")
    yield layout("1..7", lambda root: rafdb_folders(root / "DATASET", RAF), "test/ with folders 1..7")
    yield layout(
        "valid", lambda root: rafdb_folders(root, RAF, split_folders={"test": "valid"}), "valid/ with folders 1..7"
    )
    for order, folders in (("rafdb", RAFDB_ZERO_TO_SIX), ("affectnet7", AFFECTNET_ZERO_TO_SIX)):
        yield layout(
            f"0..6 in {order} order",
            lambda root, folders=folders: rafdb_folders(root, RAF, folders),
            f"test/ with folders 0..6 in {order} order",
            options={"layout_order": order},
        )
    yield layout(
        "0..6 told by their counts",
        lambda root: linked(root, AFFECTNET_ZERO_TO_SIX),
        "test/ with folders 0..6 in affectnet7 order, by their counts",
        counts=RAFDB_COUNTS["test"],
        labels=dict(rafdb_labels(RAFDB_COUNTS["test"], "test")),
    )
    yield layout("class names", lambda root: rafdb_folders(root, RAF, RAF_NAMES), "test/ with folders named by class")


def raf_hard(root: Path, labels: Mapping[str, str]) -> None:
    """RAN's lists: the first test picture is occluded, the second seen from the side."""
    code = {name: RAFDB_CLASSES.index(label) for name, label in labels.items()}
    write(root / "rafdb_occlusion_list.txt", f"test_0001_aligned {code['test_0001']} 4\r\n")
    write(root / "val_raf_db_list.txt", f"{code['test_0002']}/test_0002_aligned.jpg\n")


def linked(root: Path, folders: Mapping[str, str]) -> None:
    """The whole official test split in class folders, every file a link to one drawn picture."""
    face = draw(root / "face.jpg", 0)
    for folder in folders.values():
        (root / "test" / folder).mkdir(parents=True)
    for name, label in rafdb_labels(RAFDB_COUNTS["test"], "test"):
        os.link(face, root / "test" / folders[label] / f"{name}_aligned.jpg")


#: An order that nobody uses, so that the option alone can explain the numbers.
COMPOUND_ORDER = tuple(reversed(COMPOUND))
COMPOUND_LABELS = {f"test_{number:04d}": COMPOUND[(5 * number) % 11] for number in range(1, 15)}


def compound() -> Iterator[Layout]:
    """RAF-DB compound: folders by name, by number, and the list."""
    named = {name: name.replace("_", " ").title() for name in COMPOUND}
    numbered = {name: str(number) for number, name in enumerate(COMPOUND_ORDER, start=1)}
    told = {"class_order": ",".join(COMPOUND_ORDER)}

    def layout(name: str, draw_: Callable[[Path], object], words: str, options: Mapping[str, str]) -> Layout:
        counts = Counter(COMPOUND_LABELS.values())
        return Layout(
            dataset="rafdb_compound",
            name=name,
            draw=draw_,
            words=words,
            classes=COMPOUND,
            counts=counts,
            labels=COMPOUND_LABELS,
            options=options,
        )

    yield layout("class names", lambda root: compound_folders(root, named), "test/ with folders named by class", {})
    yield layout("numbers", lambda root: compound_folders(root, numbered), "test/ with folders 1..11", told)
    yield layout("list", compound_list, "EmoLabel/list_patition_label.txt, Image/aligned", told)


def compound_folders(root: Path, folders: Mapping[str, str]) -> None:
    """Test pictures in a folder for each class."""
    for number, (name, label) in enumerate(COMPOUND_LABELS.items()):
        draw(root / "test" / folders[label] / f"{name}_aligned.jpg", number)


def compound_list(root: Path) -> None:
    """A label list whose numbers count through COMPOUND_ORDER from 1."""
    lines = [f"{name}.jpg {COMPOUND_ORDER.index(label) + 1}\n" for name, label in COMPOUND_LABELS.items()]
    write(root / "EmoLabel" / "list_patition_label.txt", "".join(lines))
    for number, name in enumerate(COMPOUND_LABELS):
        draw(root / "Image" / "aligned" / f"{name}_aligned.jpg", number)
