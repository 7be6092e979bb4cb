"""RAF-DB compound: what its folders say by name, and that no number means a class unless the user says which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.emotions import COMPOUND
from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.rafdb_compound import open_rafdb_compound
from ferbench_datasets.rafdb_compound_card import CARD
from tests.drawing import rafdb_folders, rafdb_official
from tests.drawing_sets import draw, scored, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: An order that nobody uses, so that the option alone can explain the numbers.
ORDER = tuple(reversed(COMPOUND))
ORDER_TEXT = ",".join(ORDER)
LABELS = {f"test_{number:04d}": COMPOUND[(5 * number) % 11] for number in range(1, 15)}
NAMES = {name: name.replace("_", " ").title() for name in COMPOUND}
BASIC = {"test": dict.fromkeys(("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"), 1)}


def compound_folders(root: Path, folders: Mapping[str, str] = NAMES) -> Path:
    """Test pictures in a folder for each class."""
    for number, (name, label) in enumerate(LABELS.items()):
        draw(root / "test" / folders[label] / f"{name}_aligned.jpg", number)
    return root


def compound_list(root: Path) -> Path:
    """A label list like that of the basic part, its labels counted from 1 in ORDER."""
    lines = [f"{name}.jpg {ORDER.index(label) + 1}\n" for name, label in LABELS.items()]
    write(root / "EmoLabel" / "list_patition_label.txt", "".join(lines))
    for number, name in enumerate(LABELS):
        draw(root / "Image" / "aligned" / f"{name}_aligned.jpg", number)
    return root


def test_card_claims_nothing_that_is_not_verified() -> None:
    """No official counts: what is remembered is a variant that proves nothing."""
    assert CARD.counts is None
    assert {(variant.split, variant.total, variant.sure) for variant in CARD.variants} == {
        ("train", 3162, False),
        ("test", 792, False),
    }
    assert CARD.classes == COMPOUND


def test_folders_with_class_names(tmp_path: Path) -> None:
    """Names in any spelling say the class."""
    opened = open_rafdb_compound(compound_folders(tmp_path / "compound").parent, "test")

    assert [(row.id, row.label) for row in opened.rows] == list(LABELS.items())
    assert opened.classes == COMPOUND
    assert opened.layout == "test/ with folders named by class"


@pytest.mark.parametrize("start", [0, 1])
def test_numbered_folders_need_an_order(tmp_path: Path, start: int) -> None:
    """With class_order the numbers count through it; without it nothing is guessed."""
    folders = {name: str(number) for number, name in enumerate(ORDER, start=start)}
    root = compound_folders(tmp_path, folders)
    with pytest.raises(DataError, match=rf"folders {start}\.\.{start + 10}(?s:.)*not verified(?s:.)*class_order="):
        open_rafdb_compound(root, "test")
    opened = open_rafdb_compound(root, "test", class_order=ORDER_TEXT)

    assert [(row.id, row.label) for row in opened.rows] == list(LABELS.items())
    assert opened.layout == f"test/ with folders {start}..{start + 10}, in the class order of the option"


def test_list_needs_an_order(tmp_path: Path) -> None:
    """The list is read like that of the basic part once the order is given, and gives the same rows and bytes."""
    root = compound_list(tmp_path / "a")
    with pytest.raises(DataError, match=r"list_patition_label.txt(?s:.)*not verified"):
        open_rafdb_compound(root, "test")
    listed = open_rafdb_compound(root, "test", class_order=ORDER_TEXT)
    folders = open_rafdb_compound(compound_folders(tmp_path / "b"), "test")

    assert [(row.id, row.label) for row in listed.rows] == [(row.id, row.label) for row in folders.rows]
    assert [listed.read(row) for row in listed.rows] == [folders.read(row) for row in folders.rows]
    assert listed.layout == "EmoLabel/list_patition_label.txt, Image/aligned, in the class order of the option"


def test_orders_that_are_none_are_refused(tmp_path: Path) -> None:
    """Ten classes, basic classes, and an order for folders whose names say everything."""
    root = compound_list(tmp_path / "a")
    for text in (",".join(ORDER[1:]), "rafdb"):
        with pytest.raises(UsageError, match="not these eleven"):
            open_rafdb_compound(root, "test", class_order=text)
    with pytest.raises(UsageError, match="Leave class_order out"):
        open_rafdb_compound(compound_folders(tmp_path / "b"), "test", class_order=ORDER_TEXT)
    with pytest.raises(UsageError, match="this tree has class folders"):
        open_rafdb_compound(compound_folders(tmp_path / "b"), "test", images="aligned")
    with pytest.raises(UsageError, match="aligned and aligned_224"):
        open_rafdb_compound(root, "test", class_order=ORDER_TEXT, images="original")


def test_basic_part_is_not_taken_for_it(tmp_path: Path) -> None:
    """Seven folders or labels up to 7 are the data set rafdb."""
    with pytest.raises(DataError, match="RAF-DB compound has eleven"):
        open_rafdb_compound(rafdb_folders(tmp_path / "a", BASIC), "test")
    with pytest.raises(DataError, match=r"No picture is of the class(?s:.)*`rafdb`"):
        open_rafdb_compound(rafdb_official(tmp_path / "b", BASIC), "test", class_order=ORDER_TEXT)
    with pytest.raises(DataNotFound, match="split train"):
        open_rafdb_compound(compound_folders(tmp_path / "c"), "train")


def test_foreign_names_and_other_splits(tmp_path: Path) -> None:
    """A picture under another name has its class in its id; one of the training split is refused."""
    root = compound_folders(tmp_path)
    draw(root / "test" / NAMES["sadly_angry"] / "me.png", 1)
    opened = open_rafdb_compound(root, "test")
    assert opened.rows[0].id == "sadly_angry/me"
    assert opened.layout.endswith("; 1 of 15 file names are not official: their ids are class and name")

    draw(root / "test" / NAMES["sadly_angry"] / "train_0001_aligned.jpg", 1)
    with pytest.raises(DataError, match=r"another split than test: train_0001_aligned\.jpg"):
        open_rafdb_compound(root, "test")


def test_end_to_end(tmp_path: Path) -> None:
    """tiny_cnn with a head of eleven classes is scored on the drawn test split."""
    result = scored("rafdb_compound", compound_folders(tmp_path), class_order=",".join(COMPOUND))

    assert dict(zip(result.predictions.ids, result.predictions.labels, strict=True)) == LABELS
    assert Counter(result.record["dataset_classes"]) == Counter(COMPOUND)
    assert result.record["layout"] == "test/ with folders named by class"
