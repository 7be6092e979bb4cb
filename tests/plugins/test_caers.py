"""CAER-S: class folders of whole frames."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.caers.opening import open_caers
from tests.drawing_sets import CAERS_FOLDERS, class_folders, draw, scored

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {name: 1 + i % 3 for i, name in enumerate(CAERS_FOLDERS)}


@pytest.mark.parametrize("folder", ["test", "Test", "CAER-S/test"])
def test_class_folders_are_scored(tmp_path: Path, folder: str) -> None:
    """Counts, labels and ids by class name, whatever the case of the split, and one level below too."""
    class_folders(tmp_path / folder, COUNTS, CAERS_FOLDERS)
    result = scored("caers", tmp_path)

    assert Counter(result.predictions.labels) == COUNTS
    assert result.predictions.ids[:2] == ("test/anger/0001", "test/disgust/0001")
    assert dict(zip(result.predictions.ids, result.predictions.labels, strict=True))["test/sadness/0003"] == "sadness"
    assert result.record["layout"] == f"class folders in {folder.rpartition('/')[2]}/"
    assert not result.predictions.failures


def test_splits_have_ids_of_their_own(tmp_path: Path) -> None:
    """Files are numbered anew in every folder, so that an id names split and class."""
    for split in ("train", "test"):
        class_folders(tmp_path / split, COUNTS, CAERS_FOLDERS)
    train, test = (open_caers(tmp_path, split) for split in ("train", "test"))

    assert {row.id for row in train.rows}.isdisjoint(row.id for row in test.rows)
    assert train.classes == ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")


def test_missing_split(tmp_path: Path) -> None:
    """Training pictures are never scored in place of test pictures."""
    class_folders(tmp_path / "train", COUNTS, CAERS_FOLDERS)
    with pytest.raises(DataNotFound, match="There is no folder test"):
        open_caers(tmp_path, "test")


def test_other_classes_are_refused(tmp_path: Path) -> None:
    """A class too few, and one that the set does not have."""
    counts = {name: 1 for name in CAERS_FOLDERS if name != "fear"}
    class_folders(tmp_path / "test", counts, CAERS_FOLDERS)
    with pytest.raises(DataError, match="Absent: fear; not of this set: none"):
        open_caers(tmp_path, "test")
    draw(tmp_path / "test" / "Fear" / "0001.png", 1)
    draw(tmp_path / "test" / "Contempt" / "0001.png", 1)
    with pytest.raises(DataError, match="Absent: none; not of this set: contempt"):
        open_caers(tmp_path, "test")


def test_one_id_twice_is_refused(tmp_path: Path) -> None:
    """The same picture as PNG and as JPEG would count twice."""
    class_folders(tmp_path / "test", COUNTS, CAERS_FOLDERS)
    draw(tmp_path / "test" / "Fear" / "0001.jpg", 1)
    with pytest.raises(DataError, match=r"test/fear/0001 stands there twice: Fear/0001.jpg and Fear/0001.png"):
        open_caers(tmp_path, "test")


def test_split_folder_in_two_spellings_is_refused(tmp_path: Path) -> None:
    """Which of Test and test is meant is not guessed."""
    for folder in ("test", "Test"):
        class_folders(tmp_path / folder, COUNTS, CAERS_FOLDERS)
    with pytest.raises(DataError, match="Test and test differ in case alone"):
        open_caers(tmp_path, "test")
