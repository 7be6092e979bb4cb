"""AffectNet with seven and eight classes: every layout gives its pictures, and the validation splits are told apart."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.affectnet.card import CARD7, CARD8, COUNTS8
from ferbench_datasets.affectnet.class_folders import codes_of
from ferbench_datasets.affectnet.opening import open_affectnet7, open_affectnet8
from tests.drawing_affectnet import (
    CLASSES,
    CODES,
    SMALL,
    affectnet_csv,
    affectnet_folders,
    affectnet_lists,
    affectnet_numbered,
    hashed_rows,
    numbered_rows,
    variant_lines,
)
from tests.drawing_sets import draw, scored, write

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench_datasets.affectnet.entries import FilesBelow

OPEN = {7: open_affectnet7, 8: open_affectnet8}
NUMBERS = {name: str(code) for code, name in enumerate(CODES)}
ZERO_TO_SEVEN = {name: NUMBERS[name] for name in CLASSES}
NAMES = {name: name.capitalize() for name in CLASSES} | {"happiness": "Happy", "sadness": "2_sad"}


def pairs(opened: FilesBelow) -> list[tuple[str, str]]:
    """Ids and classes in the order of the rows."""
    return [(row.id, row.label) for row in opened.rows]


def test_cards_have_the_official_counts() -> None:
    """287,651 and 283,901 training pictures, 500 a class for validation; the classes are AffectNet's order."""
    sums = {
        (card.name, split): sum(counts.values()) for card in (CARD7, CARD8) for split, counts in card.counts.items()
    }

    assert sums == {
        ("affectnet7", "train"): 283901,
        ("affectnet7", "val"): 3500,
        ("affectnet8", "train"): 287651,
        ("affectnet8", "val"): 4000,
    }
    assert CARD8.classes == CLASSES
    assert CARD7.classes == CLASSES[:7]
    assert CARD8.counts["train"]["contempt"] == 3750


@pytest.mark.parametrize("split", ["train", "val"])
@pytest.mark.parametrize("n", [7, 8])
def test_layouts_of_numbered_pictures_agree(tmp_path: Path, split: str, n: int) -> None:
    """Annotations, lists, numbered and named folders give the same ids, classes, order and bytes."""
    opened = [
        OPEN[n](root, split)
        for root in (
            affectnet_numbered(tmp_path / "a", SMALL),
            affectnet_numbered(tmp_path / "b", SMALL, val="valid_set"),
            affectnet_lists(tmp_path / "c", SMALL, n),
            affectnet_folders(tmp_path / "d", SMALL, NUMBERS),
            affectnet_folders(tmp_path / "e", SMALL, NAMES, val="test"),
        )
    ]

    assert all(pairs(found) == numbered_rows(SMALL[split], CLASSES[:n]) for found in opened)
    assert all(found.classes == CLASSES[:n] for found in opened)
    pixels = [[found.read(row) for row in found.rows] for found in opened]
    assert all(found == pixels[0] for found in pixels)
    assert len(set(pixels[0])) == len(pixels[0])


@pytest.mark.parametrize("split", ["train", "val"])
@pytest.mark.parametrize("n", [7, 8])
def test_layouts_of_hashed_pictures_agree(tmp_path: Path, split: str, n: int) -> None:
    """The table, with a header and without, and class folders give the hashes as ids."""
    table = OPEN[n](affectnet_csv(tmp_path / "a", SMALL), split)
    folders = OPEN[n](affectnet_folders(tmp_path / "b", SMALL, ZERO_TO_SEVEN, "valid", hashed=True), split)

    assert pairs(table) == pairs(folders) == hashed_rows(SMALL[split], CLASSES[:n], split)
    assert [table.read(row) for row in table.rows] == [folders.read(row) for row in folders.rows]
    assert {row.box for row in table.rows} == {(3.0, 4.0, 19.0, 19.0)}
    assert {row.box for row in folders.rows} == {None}


def test_layout_says_what_was_left_out(tmp_path: Path) -> None:
    """Pictures without an expression, contempt where it is no class, and pictures without a label are counted."""
    tables = affectnet_csv(tmp_path / "a", SMALL, "Manually_Annotated_file_lists")
    numbered = affectnet_numbered(tmp_path / "b", SMALL)
    draw(numbered / "val_set" / "images" / "999.jpg", 1)
    lists = affectnet_lists(tmp_path / "c", SMALL, 7)
    folders = affectnet_folders(tmp_path / "d", SMALL, ZERO_TO_SEVEN)

    assert open_affectnet7(tables, "val").layout == (
        "Manually_Annotated_file_lists/validation.csv, Manually_Annotated_Images/; "
        "left out: 2 contempt, 1 none, 2 uncertain, 1 no-face"
    )
    assert open_affectnet8(numbered, "val").layout == (
        "val_set/images, annotations/*_exp.npy; left out: 1 none, 2 uncertain, 1 no-face; "
        "pictures without a label, which are no part of the split: 1"
    )
    assert open_affectnet7(lists, "val").layout == (
        "valid_set/images, valid_annotations_7class.txt; pictures without a label, which are no part of the split: 6"
    )
    assert open_affectnet8(folders, "train").layout == "train/ with folders named by AffectNet's codes"


def known(split: dict[str, int]) -> set[str]:
    """Names of the variants that have these counts by class."""
    return {variant.name for card in (CARD7, CARD8) for variant in card.variants if variant.counts == split}


def test_known_validation_splits_are_told_apart(tmp_path: Path) -> None:
    """4,000, 3,999 without one of contempt or of another class, 3,500 and 3,499 differ in their counts by class."""
    folder = tmp_path / "valid_set"
    face = draw(folder / "images" / "0.jpg", 0)
    for number in range(1, 4001):
        os.link(face, folder / "images" / f"{number}.jpg")
    splits = {
        8: (COUNTS8["val"], COUNTS8["val"] | {"contempt": 499}, COUNTS8["val"] | {"fear": 499}),
        7: (CARD7.counts["val"], CARD7.counts["val"] | {"anger": 499}),
    }
    found = []
    for n, counts_of in splits.items():
        for counts in counts_of:
            write(folder / f"valid_annotations_{n}class.txt", "".join(variant_lines(counts)))
            rows = OPEN[n](tmp_path, "val").rows
            assert Counter(row.label for row in rows) == counts
            found.append((len(rows), known(counts)))

    assert found == [
        (4000, {"original release"}),
        (3999, {"numbered release"}),
        (3999, {"copy of MA-Net and EfficientFace"}),
        (3500, {"original and numbered release"}),
        (3499, {"copy of MA-Net and EfficientFace"}),
    ]
    assert all(not variant.sure for variant in CARD8.variants if variant.counts is None)


def test_table_goes_first_and_the_option_picks(tmp_path: Path) -> None:
    """Both releases in one folder: the table, then annotations, then lists, then class folders, unless asked."""
    affectnet_csv(tmp_path, SMALL)
    affectnet_numbered(tmp_path, SMALL)
    affectnet_folders(tmp_path, SMALL, NAMES)

    assert pairs(open_affectnet8(tmp_path, "val")) == hashed_rows(SMALL["val"], CLASSES, "val")
    for layout, words in (("numbered", "val_set/images"), ("folders", "val/ with folders named by class")):
        opened = open_affectnet8(tmp_path, "val", layout=layout)
        assert pairs(opened) == numbered_rows(SMALL["val"], CLASSES)
        assert opened.layout.startswith(words)
    with pytest.raises(DataNotFound, match="No known layout"):
        open_affectnet8(tmp_path, "val", layout="list")
    with pytest.raises(UsageError, match="csv, numbered, list, folders"):
        open_affectnet8(tmp_path, "val", layout="table")


@pytest.mark.parametrize("above", ["AffectNet", "affect-net/Manually_Annotated"])
def test_set_is_found_below_under_its_usual_names(tmp_path: Path, above: str) -> None:
    """The data root may be one or two folders above."""
    affectnet_csv(tmp_path / above, SMALL)

    assert pairs(open_affectnet8(tmp_path, "val")) == hashed_rows(SMALL["val"], CLASSES, "val")


def test_foreign_names_are_told_apart(tmp_path: Path) -> None:
    """Class folders with names of no release have ids of their own, and the layout says so."""
    root = affectnet_folders(tmp_path, SMALL, NAMES)
    odd = unicodedata.normalize("NFD", "Bébé 1.jpg")
    draw(root / "val" / "Fear" / odd, 1)
    draw(root / "val" / "Anger" / odd, 2)
    opened = open_affectnet7(root, "val")

    assert [pair for pair in pairs(opened) if "/" in pair[0]] == [("anger/Bébé 1", "anger"), ("fear/Bébé 1", "fear")]
    assert opened.layout.endswith("; 2 of 12 file names are not official: their ids are class and name")


def test_wrong_orders_of_folders_are_refused(tmp_path: Path) -> None:
    """The Kaggle set with 0-Anger is another one; official counts in the order of the alphabet are no codes."""
    kaggle = {name: f"{number}-{name.capitalize()}" for number, name in enumerate(sorted(CLASSES))}
    root = affectnet_folders(tmp_path / "kaggle", SMALL, kaggle)
    with pytest.raises(DataError, match=r"0-Anger, 1-Contempt(?s:.)*Kaggle"):
        open_affectnet8(root, "val")
    for classes in (CLASSES, CLASSES[:7]):
        counts = {str(number): COUNTS8["train"][name] for number, name in enumerate(sorted(classes))}
        with pytest.raises(DataError, match="order of the alphabet"):
            codes_of(tmp_path, "train", counts)
    right = {str(number): COUNTS8["train"][name] for number, name in enumerate(CLASSES)}
    assert codes_of(tmp_path, "train", right)[0] == {name: int(name) for name in right}


@pytest.mark.parametrize("n", [7, 8])
def test_end_to_end(tmp_path: Path, n: int) -> None:
    """tiny_cnn is scored on the drawn validation split, whose classes and ids the predictions name."""
    result = scored(f"affectnet{n}", affectnet_numbered(tmp_path, SMALL))

    rows = numbered_rows(SMALL["val"], CLASSES[:n])
    assert list(zip(result.predictions.ids, result.predictions.labels, strict=True)) == rows
    assert result.record["split"] == "val"
    assert result.record["layout"].startswith("val_set/images, annotations/*_exp.npy; left out: ")
    assert f"not the official val split of affectnet{n}" in " ".join(result.record["not_ranked_because"])
