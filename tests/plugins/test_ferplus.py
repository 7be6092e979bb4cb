"""FERPlus: releases, rules, lists, and what is refused."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ferbench.config import Settings
from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench.pipeline.images import decode
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from ferbench_datasets.ferplus.card import CARD
from ferbench_datasets.ferplus.opening import open_ferplus
from tests.drawing_fer import (
    FERPLUS_CLASSES,
    VOTE_HEADER,
    fer2013_table,
    ferplus_folders,
    ferplus_tables,
    grey,
    write_votes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.interfaces import Row

#: Votes by branch of the official rule, and what each rule says: majority, argmax10, argmax8, probability.
BRANCHES = {
    "0,10,0,0,0,0,0,0,0,0": ("happiness",) * 4,
    "4,0,0,5,0,0,1,0,0,0": ("sadness",) * 4,
    "5,0,0,5,0,0,0,0,0,0": (None, "neutral", "neutral", "neutral"),
    "3,0,0,5,0,2,0,0,0,0": (None, "sadness", "sadness", "sadness"),
    "0,0,0,0,0,4,0,0,6,0": (None, None, "disgust", None),
    "0,0,0,0,0,0,3,0,0,7": (None, None, "fear", None),
    "2,0,2,2,2,0,0,0,2,0": (None, "neutral", "neutral", None),
    "0,1,0,0,0,0,0,8,1,0": ("contempt",) * 4,
    "0,0,0,0,0,0,0,0,0,10": (None,) * 4,
}
RULES = ("majority", "argmax10", "argmax8", "probability")
USAGE = {"train": "Training", "valid": "PublicTest", "test": "PrivateTest"}


#: Every branch once a usage; names are no numbers of rows, and the last votes of a usage have no picture.
LINES = [
    (usage, "" if found.endswith(",10") else f"fer{row + 100:07d}.png", found)
    for row, (usage, found) in enumerate(itertools.product(USAGE.values(), BRANCHES))
]


def expected(split: str, rule: str, number: int = 8) -> list[tuple[str, str]]:
    """Ids and labels that a rule gives for LINES."""
    said = [(name[:-4], BRANCHES[found][RULES.index(rule)]) for usage, name, found in LINES if usage == USAGE[split]]
    return [(name, label) for name, label in said if label in FERPLUS_CLASSES[:number]]


def listing(root: Path, split: str = "test", **options: str) -> list[tuple[str, str]]:
    """Ids and labels of a split in the order of its rows."""
    return [(row.id, row.label) for row in open_ferplus(root, split, **options).rows]


def row_at(root: Path, found: str, **options: str) -> Row:
    """The test row with these votes."""
    name = next(name for usage, name, votes in LINES if usage == "PrivateTest" and votes == found)
    return next(row for row in open_ferplus(root, "test", **options).rows if row.id == name[:-4])


def refuse(root: Path, error: type[Exception], message: str, split: str = "test", **options: str) -> None:
    """Opening the split ends in this error."""
    with pytest.raises(error, match=message):
        open_ferplus(root, split, **options)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """fer2013.csv beside fer2013new.csv."""
    return ferplus_tables(tmp_path / "tables", LINES)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """PNG folders with label.csv."""
    return ferplus_folders(tmp_path / "folders", LINES)


def test_card_has_the_official_counts() -> None:
    """25,060 / 3,199 / 3,153 by the majority rule, 24,941 / 3,186 / 3,137 without contempt."""
    assert [sum(counts.values()) for counts in CARD.counts.values()] == [25060, 3199, 3153]
    assert CARD.counts["test"] == dict(zip(FERPLUS_CLASSES, (1090, 893, 396, 384, 273, 18, 83, 16), strict=True))
    seven = [item for item in CARD.variants if "num_classes=7" in item.name]
    assert [item.total for item in seven] == [24941, 3186, 3137]
    for item in CARD.variants:
        assert item.sure
        assert item.counts is None or sum(item.counts.values()) == item.total


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("split", USAGE)
def test_rule_gives_the_same_rows_in_every_layout(tables: Path, folders: Path, split: str, rule: str) -> None:
    """Ids, labels, soft labels and pixels do not depend on where they stand."""
    by_table = open_ferplus(tables, split, label_rule=rule)
    by_folder = open_ferplus(folders, split, label_rule=rule)

    assert listing(tables, split, label_rule=rule) == listing(folders, split, label_rule=rule) == expected(split, rule)
    assert by_table.classes == by_folder.classes == FERPLUS_CLASSES
    for a, b in zip(by_table.rows, by_folder.rows, strict=True):
        assert a.soft_label == b.soft_label
        assert np.array_equal(decode(by_table.read(a)).pixels, decode(by_folder.read(b)).pixels)
        assert np.array_equal(by_table.read(a)[:, :, 0], grey(int(a.id[3:]) - 100))
    folder = {"train": "FER2013Train", "valid": "FER2013Valid", "test": "FER2013Test"}[split]
    assert by_table.layout == f"fer2013.csv with fer2013new.csv, label rule {rule}, 8 classes"
    assert by_folder.layout == f"{folder}/ with label.csv, label rule {rule}, 8 classes"


def test_majority_is_the_default(tables: Path) -> None:
    """The official rule, on the official test split."""
    assert CARD.default_split == "test"
    assert listing(tables) == expected("test", "majority")


@pytest.mark.parametrize("rule", RULES)
def test_seven_classes_leave_out_contempt(tables: Path, rule: str) -> None:
    """The pictures that the rule calls contempt, not their votes, decide."""
    opened = open_ferplus(tables, "test", label_rule=rule, num_classes="7")

    assert [(row.id, row.label) for row in opened.rows] == expected("test", rule, 7)
    assert len(expected("test", rule, 7)) == len(expected("test", rule)) - 1
    assert opened.classes == FERPLUS_CLASSES[:7]
    assert all(tuple(row.soft_label) == FERPLUS_CLASSES[:7] for row in opened.rows)
    assert opened.layout.endswith("7 classes")


def test_soft_labels(tables: Path) -> None:
    """All votes for classes are counted, single ones too; with probability only those that are taken up."""
    found = "4,0,0,5,0,0,1,0,0,0"
    zero = dict.fromkeys(FERPLUS_CLASSES, 0)

    assert row_at(tables, found).soft_label == zero | {"neutral": 0.4, "sadness": 0.5, "fear": 0.1}
    assert row_at(tables, found, label_rule="probability").soft_label == zero | {"neutral": 4 / 9, "sadness": 5 / 9}
    assert row_at(tables, "0,0,0,0,0,4,0,0,6,0", label_rule="argmax8").soft_label == zero | {"disgust": 1}
    assert row_at(tables, "0,1,0,0,0,0,0,8,1,0").soft_label == zero | {"happiness": 1 / 9, "contempt": 8 / 9}


def test_names_are_not_numbers_of_rows(tables: Path) -> None:
    """The id is the name in the vote file: the official names lag up to 85 behind the rows."""
    opened = open_ferplus(tables, "train")

    assert opened.rows[0].id == "fer0000100"
    assert opened.rows[0].source.number == 0


def test_votes_may_lie_beside_or_above_the_folders(tmp_path: Path, folders: Path) -> None:
    """Without label.csv the vote file is read, beside or above; a label.csv without boxes is read too."""
    for folder in folders.iterdir():
        (folder / "label.csv").unlink()
    refuse(folders, DataNotFound, "FER2013Test/ holds no label.csv, and there is no fer2013new.csv beside it")
    write_votes(folders / "fer2013new.csv", LINES)
    assert listing(folders) == expected("test", "majority")

    folders.rename(tmp_path / "images")
    (tmp_path / "images" / "fer2013new.csv").rename(tmp_path / "fer2013new.csv")
    assert listing(tmp_path) == expected("test", "majority")
    assert listing(ferplus_folders(tmp_path / "new", LINES, box=False)) == expected("test", "majority")


def test_vote_file_with_mark_line_ends_quotes_and_other_columns(tables: Path) -> None:
    """What a spreadsheet saves is read by the names of the columns."""
    header = VOTE_HEADER.split(",")
    rows = [(usage, name, *found.split(",")) for usage, name, found in LINES]
    columns = [(title, *cells) for title, cells in zip(header, zip(*rows, strict=True), strict=True)]
    columns.insert(0, ("remark", *("a, b" for _ in rows)))
    columns.reverse()
    text = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in zip(*columns, strict=True))
    (tables / "fer2013new.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert listing(tables) == expected("test", "majority")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",contempt", ",scorn", "no column contempt"),
        (",NF", "", "cells, the header 11"),
        ("Training,fer0000100.png,0,10", "Train,fer0000100.png,0,10", "Line 2 has the Usage 'Train'"),
        ("Training,fer0000100.png,0,10", "Training,face.png,0,10", "Line 2 names 'face.png'"),
        ("Training,fer0000100.png,0,10", "Training,fer0000100.png,0,ten", "Line 2 has 'ten'"),
        ("Training,fer0000100.png,0,10", "Training,fer0000100.png,-1,10", "Line 2 has '-1'"),
        ("fer0000101.png", "fer0000100.png", "fer0000100 stands there twice: line 2 and line 3"),
        ("fer0000100.png", "", "Line 2 has votes for an emotion and no image name"),
        ("Training,fer0000100.png", "PublicTest,fer0000100.png", "Line 2 is PublicTest, line 2 of the pixels Training"),
        ("Training,fer0000100.png,0,10,0,0,0,0,0,0,0,0\n", "", "They have 26 and 27 rows"),
    ],
)
def test_broken_vote_files_are_refused(tables: Path, old: str, new: str, message: str) -> None:
    """The message names file, line and value."""
    text = (tables / "fer2013new.csv").read_text()
    assert old in text
    (tables / "fer2013new.csv").write_text(text.replace(old, new, 1))
    refuse(tables, DataError, f"(?s){message}", "train")


def test_broken_label_files_are_refused(folders: Path) -> None:
    """A line cut short, votes of a picture that is not there, a name twice."""
    path = folders / "FER2013Test" / "label.csv"
    text = path.read_text()
    path.write_text(text.replace(",0,0\n", "\n", 1))
    refuse(folders, DataError, "(?s)label.csv.*Line 1 has 10 cells where a name, a box and 10 votes belong")
    path.write_text(text + text.splitlines()[0])
    refuse(folders, DataError, "stands there twice: line 1 and line 9")
    path.write_text(text.replace(text.splitlines()[0], f'fer0000777.png,"(0, 0, 48, 48)",{"0,10" + 8 * ",0"}'))
    refuse(folders, DataError, "1 of 8 pictures have no votes: fer0000118.png")


def test_absent_added_and_doubled_pictures_are_refused(folders: Path) -> None:
    """What the votes name must be there, once; what they do not name must not."""
    folder = folders / "FER2013Test"
    (folder / "fer0000118.png").rename(folder / "FER118.PNG")
    assert listing(folders) == expected("test", "majority")
    (folder / "fer0000118.jpg").touch()
    refuse(folders, DataError, "fer0000118 stands there twice")
    (folder / "fer0000118.jpg").rename(folder / "flipped.jpg")
    refuse(folders, DataError, "1 of 9 pictures have no votes: flipped.jpg")
    (folder / "flipped.jpg").unlink()
    (folder / "FER118.PNG").unlink()
    refuse(folders, DataError, "1 of 3 are not there: fer0000118")


def test_what_is_not_there(tmp_path: Path, tables: Path, folders: Path) -> None:
    """No root, one table alone, a missing split, and rows of no split."""
    for root in (None, tmp_path / "nowhere", tables / "fer2013.csv"):
        refuse(root, DataNotFound, r"Expected: fer2013new.csv(?s:.)*microsoft/FERPlus")
    (folders / "FER2013Test").rename(folders / "Test")
    refuse(folders, DataNotFound, "nor the folder FER2013Test")
    (tables / "fer2013new.csv").unlink()
    refuse(tables, DataNotFound, "holds: fer2013.csv")
    ferplus_tables(tables, [line for line in LINES if line[0] == "Training"])
    refuse(tables, DataError, "No picture is left")
    fer2013_table(tables, [])
    refuse(tables, DataError, "no rows")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_rule": "official"}, "one of majority, argmax10, argmax8, probability, list"),
        ({"num_classes": "6"}, "one of 8, 7"),
        ({"label_rule": "list"}, "with no list"),
        ({"list": "mine.txt"}, "label_rule=majority was given for FERPlus, with list=mine.txt"),
        ({"rule": "majority"}, "the options label_rule, num_classes, list, ran_lists"),
        ({"num_classes": 8}, "of type int"),
    ],
)
def test_options_that_mean_nothing_are_refused(tables: Path, options: dict[str, str], message: str) -> None:
    """An option is never passed over in silence."""
    refuse(tables, UsageError, message, **options)


def run(root: Path, **options: str) -> dict[str, Any]:
    """The record of tiny_cnn with random weights on the test split."""
    spec = RunSpec(
        model="tiny_cnn",
        dataset="ferplus",
        data_root=str(root),
        dataset_options=options,
        weights="random",
        timing=False,
    )
    return evaluate(spec, build_catalog(), Settings()).record


def test_run_end_to_end(tables: Path, folders: Path) -> None:
    """Every rule and class set is another set of items, a layout is not; classes are those that were asked for."""
    first, same, seven, other = (
        run(tables),
        run(folders),
        run(tables, num_classes="7"),
        run(tables, label_rule="argmax8"),
    )

    assert [record["n"] for record in (first, same, seven, other)] == [3, 3, 2, 8]
    assert tuple(first["dataset_classes"]) == FERPLUS_CLASSES
    assert tuple(seven["dataset_classes"]) == FERPLUS_CLASSES[:7]
    assert first["core_sha256"] == same["core_sha256"]
    assert len({record["items_sha256"] for record in (first, seven, other)}) == 3
    assert any("contempt 1 instead of 16" in reason for reason in first["not_ranked_because"])
