"""JAFFE: subject and expression in the names of the files, folds by subject."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.jaffe.opening import open_jaffe
from tests.drawing_sets import JAFFE_CODES, jaffe, scored

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = {"KA": [*JAFFE_CODES], "KL": ["fear", "fear"], "YM": ["surprise"]}


@pytest.mark.parametrize("suffix", [".tiff", ".TIFF", ".jpg", ".tiff.bmp"])
def test_pictures_are_scored(tmp_path: Path, suffix: str) -> None:
    """Grey TIFF as released, and converted copies, have the same ids and labels."""
    jaffe(tmp_path, PICTURES, suffix)
    result = scored("jaffe", tmp_path)

    labels = dict(zip(result.predictions.ids, result.predictions.labels, strict=True))
    assert Counter(labels.values()) == Counter(label for labels in PICTURES.values() for label in labels)
    assert (labels["KA.AN1.1"], labels["KL.FE1.8"], labels["YM.SU1.10"]) == ("anger", "fear", "surprise")
    assert not result.predictions.failures
    assert result.record["layout"] == "names of files"


def test_folders_say_nothing(tmp_path: Path) -> None:
    """Copies in class folders have the same rows, whatever the folders are called: the names say it all."""
    for code in JAFFE_CODES.values():
        (tmp_path / "sorted" / f"class {code}").mkdir(parents=True)
    flat = open_jaffe(jaffe(tmp_path / "flat", PICTURES), "all")
    for path in jaffe(tmp_path / "copy", PICTURES).iterdir():
        path.rename(tmp_path / "sorted" / f"class {path.name[3:5]}" / path.name)
    again = open_jaffe(tmp_path / "sorted", "all")

    assert [(row.id, row.label, row.group) for row in again.rows] == [
        (row.id, row.label, row.group) for row in flat.rows
    ]
    assert flat.classes == ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")


def test_subject_fold(tmp_path: Path) -> None:
    """subject=KL tests on her alone; a fold of three subjects is one of them."""
    jaffe(tmp_path, PICTURES)
    chosen = open_jaffe(tmp_path, "all", subject="KL")

    assert {row.group for row in chosen.rows} == {"KL"}
    assert chosen.layout == "names of files, subject KL"
    assert open_jaffe(tmp_path, "all", fold="1").rows == chosen.rows
    assert scored("jaffe", tmp_path, dataset_options={"subject": "KL"}).predictions.labels == ("fear", "fear")
    with pytest.raises(UsageError, match="no such subject among 3: KA, KL, YM"):
        open_jaffe(tmp_path, "all", subject="XX")


@pytest.mark.parametrize(
    "name", ["KA.XX1.39.tiff", "KA.AN1.tiff", "portrait.png", "AN1.39.tiff", "KA.AN1.39.copy.1.png"]
)
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    """A picture without an expression in its name is named, not passed over."""
    jaffe(tmp_path, PICTURES)
    Image.new("L", (8, 8)).save(tmp_path / name)
    with pytest.raises(DataError, match=f"1 of 11 have names of another form: {name}"):
        open_jaffe(tmp_path, "all")


def test_two_copies_below_one_root_are_refused(tmp_path: Path) -> None:
    """Every picture would count twice."""
    jaffe(tmp_path / "jaffe", PICTURES)
    shutil.copytree(tmp_path / "jaffe", tmp_path / "backup")
    with pytest.raises(DataError, match=r"KA\.AN1\.1 stands there twice"):
        open_jaffe(tmp_path, "all")


def test_no_pictures(tmp_path: Path) -> None:
    """An archive that is not unpacked is shown in the message."""
    (tmp_path / "jaffe.zip").touch()
    with pytest.raises(DataNotFound, match=r"no pictures, but jaffe\.zip"):
        open_jaffe(tmp_path, "all")
