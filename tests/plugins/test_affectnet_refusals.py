"""AffectNet that cannot be used as it is: the message says what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.affectnet.opening import open_affectnet7, open_affectnet8
from tests.drawing_affectnet import (
    CLASSES,
    SMALL,
    affectnet_folders,
    affectnet_lists,
    affectnet_numbered,
    labels_of,
)
from tests.drawing_sets import draw, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    """The numbered release, validation only."""
    return affectnet_numbered(tmp_path / "AffectNet", {"val": SMALL["val"]})


def expressions(numbered: Path) -> list[Path]:
    """The files with expressions of classes, by name."""
    names = {f"{number}_exp.npy" for number, label in labels_of(SMALL["val"]) if label in CLASSES}
    return [numbered / "val_set" / "annotations" / name for name in sorted(names)]


class Touch:
    """An object whose pickle makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self.path).touch, (self.path,))


def test_pickled_expression_is_never_loaded(numbered: Path, tmp_path: Path) -> None:
    """An array of objects runs no code; it is refused by name."""
    path = expressions(numbered)[0]
    np.save(path, np.array(Touch(tmp_path / "ran"), dtype=object), allow_pickle=True)

    with pytest.raises(DataError, match=f"{path.name} is no NumPy file: Object arrays cannot be loaded"):
        open_affectnet8(numbered, "val")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("value", ["11", "-1", "", "x", 1.5, ["1", "2"]])
def test_expression_that_is_no_code_is_refused(numbered: Path, value: object) -> None:
    """The message says what the file holds."""
    path = expressions(numbered)[0]
    np.save(path, np.array(value))
    with pytest.raises(DataError, match=f"{path.name} holds .*there are 0 neutral"):
        open_affectnet8(numbered, "val")


@pytest.mark.parametrize("dtype", ["<U1", "<U4", "S1", "int64", "uint8"])
def test_expressions_of_any_type_are_read(numbered: Path, dtype: str) -> None:
    """Copies hold the code as a text or as a number."""
    before = open_affectnet8(numbered, "val").rows
    for path in expressions(numbered):
        np.save(path, np.load(path).astype(dtype))

    assert open_affectnet8(numbered, "val").rows == before


def test_broken_numbered_trees_are_refused(numbered: Path) -> None:
    """Empty files, names without a number, a number twice, absent pictures and two folders of one split."""
    path, annotations = expressions(numbered)[0], numbered / "val_set" / "annotations"
    image = numbered / "val_set" / "images" / f"{path.name.removesuffix('_exp.npy')}.jpg"
    content = path.read_bytes()
    for name, problem in (("x_exp.npy", "has no number"), (f"0{path.name}", "is the second of its number")):
        (annotations / name).write_bytes(content)
        with pytest.raises(DataError, match=problem):
            open_affectnet8(numbered, "val")
        (annotations / name).unlink()
    path.write_bytes(b"")
    with pytest.raises(DataError, match=f"{path.name} is no NumPy file"):
        open_affectnet8(numbered, "val")
    path.write_bytes(content)
    draw(image.with_suffix(".png"), 1)
    with pytest.raises(DataError, match="stands there twice"):
        open_affectnet8(numbered, "val")
    image.with_suffix(".png").unlink()
    image.unlink()
    with pytest.raises(DataError, match=f"1 of them are not there: {int(image.stem):06d}"):
        open_affectnet8(numbered, "val")
    (numbered / "valid_set" / "annotations").mkdir(parents=True)
    with pytest.raises(DataError, match="val_set and valid_set both mean it"):
        open_affectnet8(numbered, "val")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("7.jpg", "Line 1 is '7.jpg'"),
        ("7.jpg 0 1", "Line 1 is '7.jpg 0 1'"),
        ("../7.jpg 0", "not a picture and its label"),
        ("7.jpg 7", "Line 1 has the label '7'; there are 0 neutral.*6 anger"),
        ("8.jpg 0\n008.jpg 0", "Line 2 names the picture 8 a second time"),
        ("99.jpg 0", "1 of them are not there: 000099"),
        ("", "It names no picture"),
    ],
)
def test_broken_list_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    """The message names the line."""
    root = affectnet_lists(tmp_path, {"val": SMALL["val"]}, 7)
    write(root / "valid_set" / "valid_annotations_7class.txt", line)
    with pytest.raises(DataError, match=problem):
        open_affectnet7(root, "val")


def test_split_without_a_class_is_refused(tmp_path: Path) -> None:
    """Seven folders are no AffectNet with eight classes; the message names the set that they are."""
    root = affectnet_folders(tmp_path, SMALL, {name: str(code) for code, name in enumerate(CLASSES[:7])})
    assert len(open_affectnet7(root, "val").rows) == 10
    with pytest.raises(DataError, match=r"none is of contempt(?s:.)*affectnet7"):
        open_affectnet8(root, "val")


def test_unknown_folders_options_and_roots_are_refused(tmp_path: Path) -> None:
    """Nothing is guessed."""
    root = affectnet_folders(tmp_path / "a", SMALL, {name: f"class {name}s" for name in CLASSES})
    with pytest.raises(DataError, match=r"AffectNet has 0\.\.7"):
        open_affectnet8(root, "val")
    with pytest.raises(UsageError, match="the options layout, ran_lists"):
        open_affectnet8(root, "val", images="x")
    with pytest.raises(UsageError, match="the splits train, val"):
        open_affectnet8(root, "test")
    with pytest.raises(DataNotFound, match=r"a file, not a folder(?s:.)*mohammadmahoor"):
        open_affectnet8(draw(tmp_path / "face.jpg", 1), "val")
    with pytest.raises(DataNotFound, match="The split train is not there"):
        open_affectnet8(affectnet_numbered(tmp_path / "b", {"val": SMALL["val"]}), "train")
