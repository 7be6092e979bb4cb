"""FER2013 as folders: which pictures are which split, and what is refused."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.fer2013.card import CARD, COUNTS_OF_USAGE
from ferbench_datasets.fer2013.folders import Holding, Picture, choose, untold
from ferbench_datasets.fer2013.opening import open_fer2013
from tests.drawing_fer import FER2013_CLASSES, KAGGLE_FOLDERS, kaggle_folder

if TYPE_CHECKING:
    from pathlib import Path

SMALL = dict.fromkeys(FER2013_CLASSES, 2)


def listing(root: Path, split: str = "test") -> list[tuple[str, str]]:
    """Ids and labels of a split in the order of its rows."""
    return [(row.id, row.label) for row in open_fer2013(root, split).rows]


def refuse(root: Path, error: type[Exception], message: str, split: str = "test") -> None:
    """Opening the split ends in this error."""
    with pytest.raises(error, match=message):
        open_fer2013(root, split)


def hollow_split(folder: Path, counts: dict[str, int]) -> None:
    """A split folder of empty files that tell nothing by their names."""
    for label, count in counts.items():
        (folder / KAGGLE_FOLDERS[label]).mkdir(parents=True)
        for i in range(count):
            (folder / KAGGLE_FOLDERS[label] / f"im{i}.png").touch()


def test_kaggle_folders_are_told_apart_by_their_names(tmp_path: Path) -> None:
    """test/ mixes PublicTest and PrivateTest; the names of the files say which is which."""
    kaggle_folder(tmp_path / "train", SMALL, "Training")
    kaggle_folder(tmp_path / "test", SMALL, "PublicTest")
    kaggle_folder(tmp_path / "test", SMALL | {"fear": 3}, "PrivateTest")

    for split, usage, fear in (("train", "Training", 2), ("valid", "PublicTest", 2), ("test", "PrivateTest", 3)):
        opened = open_fer2013(tmp_path, split)
        assert Counter(row.label for row in opened.rows) == SMALL | {"fear": fear}
        assert all(row.id.startswith(f"{row.label}/{usage}_1") for row in opened.rows)
        assert all(row.id == f"{row.label}/{row.source.stem}" for row in opened.rows)
        assert [row.id for row in opened.rows] == sorted(row.id for row in opened.rows)
        assert f"{usage} in {'train' if split == 'train' else 'test'}/ by the names of files" in opened.layout
        assert opened.read(opened.rows[0])[:3] == b"\xff\xd8\xff"
    assert len(listing(tmp_path, "merged")) == 29


def test_merged_folder_is_not_the_official_test_split(tmp_path: Path) -> None:
    """Where nothing tells the two apart, `test` is refused, and all of it is another split."""
    kaggle_folder(tmp_path / "Train", SMALL, None)
    kaggle_folder(tmp_path / "test", SMALL, None)

    refuse(tmp_path, DataError, r"test/ holds 14 pictures; neither(?s:.)*--split merged")
    refuse(tmp_path, DataError, "PublicTest, was asked for", "valid")
    assert Counter(label for _, label in listing(tmp_path, "merged")) == SMALL
    assert listing(tmp_path, "train")[0] == ("anger/im0", "anger")
    assert open_fer2013(tmp_path, "merged").layout == "class folders, all of test/"


def test_merged_folder_is_recognised_by_its_counts(tmp_path: Path) -> None:
    """The message says that 7,178 pictures are the two splits together."""
    pictures = tuple(
        Picture(path=tmp_path / f"im{i}.jpg", label=label, usage=None)
        for label, count in CARD.counts["merged"].items()
        for i in range(count)
    )
    holding = Holding(folder=tmp_path / "test", pictures=pictures, known_by="by its counts")

    assert choose([holding], "test") == ([], "")
    assert "test/ holds PublicTest and PrivateTest together: 7178 pictures" in str(untold(tmp_path, "test", [holding]))
    assert len(choose([holding], "merged")[0]) == 7178


def test_swapped_folders_are_told_apart_by_their_counts(tmp_path: Path) -> None:
    """Copies exist whose `valid` is PrivateTest: the official counts decide, not the name of the folder."""
    hollow_split(tmp_path / "val", COUNTS_OF_USAGE["PrivateTest"])
    kaggle_folder(tmp_path / "test", SMALL, "PublicTest")

    opened = open_fer2013(tmp_path, "test")
    assert Counter(row.label for row in opened.rows) == COUNTS_OF_USAGE["PrivateTest"]
    assert opened.layout == "class folders, PrivateTest in val/ by its counts"
    assert {row.source.parts[-3] for row in opened.rows} == {"val"}
    assert Counter(label for _, label in listing(tmp_path, "valid")) == SMALL


def test_test_pictures_under_train_are_no_training_set(tmp_path: Path) -> None:
    """The names say PrivateTest, whatever the folder says; a mixed folder gives only its training pictures."""
    kaggle_folder(tmp_path / "train", SMALL, "PrivateTest")
    refuse(tmp_path, DataError, "train/ holds pictures of PrivateTest", "train")

    kaggle_folder(tmp_path / "train", SMALL, "Training")
    assert len(listing(tmp_path, "train")) == 14


def test_other_folders_are_refused(tmp_path: Path) -> None:
    """Added pictures, a class too few, a folder that is no class, no class folders at all."""
    folder = kaggle_folder(tmp_path / "test", SMALL, "PrivateTest")
    (folder / "sad" / "flipped_1.jpg").touch()
    refuse(tmp_path, DataError, "1 of 15 are not named as on Kaggle: flipped_1.jpg")
    (folder / "sad" / "flipped_1.jpg").unlink()
    (folder / "sad" / f"{next((folder / 'sad').iterdir()).stem}.png").touch()
    refuse(tmp_path, DataError, "stands there twice")

    kaggle_folder(tmp_path / "six" / "test", {name: 1 for name in FER2013_CLASSES if name != "fear"}, None)
    refuse(tmp_path / "six", DataError, "Absent: fear; not of this set: none")
    (tmp_path / "six" / "test" / "3").mkdir()
    refuse(tmp_path / "six", DataError, "No picture lies in 3")
    (tmp_path / "six" / "test" / "3" / "a.jpg").touch()
    refuse(tmp_path / "six", DataError, "'3' is no known class")
    (tmp_path / "flat" / "test").mkdir(parents=True)
    refuse(tmp_path / "flat", DataError, "no folders and no pictures")


def test_names_in_two_unicode_forms_are_one_id(tmp_path: Path) -> None:
    """A file system may keep é as one character or as two: the id is the same, and two such files are refused."""
    kaggle_folder(tmp_path / "train", SMALL, None)
    (tmp_path / "train" / "sad" / f"{unicodedata.normalize('NFD', 'é')}.jpg").touch()
    assert ("sadness/é", "sadness") in listing(tmp_path, "train")

    (tmp_path / "train" / "sad" / f"{unicodedata.normalize('NFC', 'é')}.jpg").touch()
    refuse(tmp_path, DataError, "stands there twice", "train")


def test_links_to_folders_are_refused(tmp_path: Path) -> None:
    """A loop of links never ends, so that none is followed below a class folder."""
    folder = kaggle_folder(tmp_path / "test", SMALL, None)
    (folder / "sad" / "again").symlink_to(folder)
    refuse(tmp_path, DataError, "is a link to a folder", "merged")


def test_missing_folder_is_not_found(tmp_path: Path) -> None:
    """A tree with training pictures alone holds no test split."""
    kaggle_folder(tmp_path / "train", SMALL, "Training")
    refuse(tmp_path, DataNotFound, "no folder that may hold the split test")
