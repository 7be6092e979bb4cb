"""Own pictures in class folders: what is recognised, and what is refused."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.folder import CARD, open_folder
from ferbench_datasets.listing import pictures_below
from tests.drawing import draw_jpeg, folder_tree

if TYPE_CHECKING:
    from pathlib import Path


def test_class_folders_become_rows(tmp_path: Path) -> None:
    """Ids are paths below the root, labels canonical names, classes those found in canonical order."""
    opened = open_folder(folder_tree(tmp_path, {"surprised": 1, "Happy": 2, "1-SAD": 1}), "all")

    assert [(row.id, row.label) for row in opened.rows] == [
        ("1-SAD/0000.jpg", "sadness"),
        ("Happy/0000.jpg", "happiness"),
        ("Happy/0001.jpg", "happiness"),
        ("surprised/0000.jpg", "surprise"),
    ]
    assert opened.classes == ("happiness", "sadness", "surprise")
    assert opened.layout == "class folders"
    assert opened.read(opened.rows[0]) == (tmp_path / "1-SAD" / "0000.jpg").read_bytes()
    assert CARD.private


@pytest.mark.parametrize(
    ("folder", "split"), [("train", "train"), ("valid", "valid"), ("val", "valid"), ("Test", "test")]
)
def test_split_folders(tmp_path: Path, folder: str, split: str) -> None:
    """Ids do not change with the name of the split folder."""
    folder_tree(tmp_path, {f"{folder}/fear": 2, f"{folder}/anger": 1, "other/joy": 1})
    opened = open_folder(tmp_path, split)

    assert [row.id for row in opened.rows] == ["anger/0000.jpg", "fear/0000.jpg", "fear/0001.jpg"]
    assert opened.layout == f"class folders in {folder}/"


def test_divided_tree_needs_a_split(tmp_path: Path) -> None:
    """Training pictures are never scored because nobody named a split."""
    folder_tree(tmp_path, {"train/fear": 1, "test/fear": 1})

    with pytest.raises(DataError, match="divided into test, train"):
        open_folder(tmp_path, "all")


def test_missing_split(tmp_path: Path) -> None:
    """The message says what is there, and a split that no tree has is another error."""
    folder_tree(tmp_path, {"fear": 1, "anger": 1})

    with pytest.raises(DataNotFound, match="no folder of the split test, only anger, fear"):
        open_folder(tmp_path, "test")
    with pytest.raises(UsageError, match="all, train, valid, test"):
        open_folder(tmp_path, "private")


def test_two_folders_for_one_split_are_refused(tmp_path: Path) -> None:
    """`val` beside `valid` is ambiguous."""
    folder_tree(tmp_path, {"val/fear": 1, "valid/fear": 1})

    with pytest.raises(DataError, match="val and valid both mean valid"):
        open_folder(tmp_path, "valid")


def test_two_folders_for_one_class_are_refused(tmp_path: Path) -> None:
    """Synonyms beside each other are ambiguous."""
    folder_tree(tmp_path, {"happiness": 1, "happy": 1})

    with pytest.raises(DataError, match="happiness and happy both mean happiness"):
        open_folder(tmp_path, "all")


@pytest.mark.parametrize("name", ["bored", "3", "faces"])
def test_unknown_class_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A number says no class by itself."""
    folder_tree(tmp_path, {"happy": 1, name: 1})

    with pytest.raises(DataError, match=f"'{name}' is no known class"):
        open_folder(tmp_path, "all")


def test_empty_class_folder_is_refused(tmp_path: Path) -> None:
    """What systems leave behind fills no folder."""
    folder_tree(tmp_path, {"happy": 1, "sad": 0})
    (tmp_path / "sad" / ".DS_Store").touch()
    (tmp_path / "sad" / "Thumbs.db").touch()

    with pytest.raises(DataError, match="No picture lies in sad"):
        open_folder(tmp_path, "all")


def test_missing_class_level_is_refused(tmp_path: Path) -> None:
    """Pictures in no class folder have no label."""
    folder_tree(tmp_path, {"happy": 2})

    with pytest.raises(DataError, match=r"in no class folder \(2\): 0000.jpg, 0001.jpg"):
        open_folder(tmp_path / "happy", "all")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no folders and no pictures"):
        open_folder(tmp_path / "empty", "all")


def test_missing_root(tmp_path: Path) -> None:
    """The message says what is expected."""
    for root in (None, tmp_path / "nowhere"):
        with pytest.raises(DataNotFound, match="one folder for each class"):
            open_folder(root, "all")


def test_deeper_folders_belong_to_their_class(tmp_path: Path) -> None:
    """Subjects or videos below a class keep their path in the id."""
    folder_tree(tmp_path, {"happy/s01": 1, "happy/-s02/take1": 1, "happy": 1, "sad": 1})

    assert [row.id for row in open_folder(tmp_path, "all").rows] == [
        "happy/-s02/take1/0000.jpg",
        "happy/0000.jpg",
        "happy/s01/0000.jpg",
        "sad/0000.jpg",
    ]


def test_linked_folder_below_a_class_is_refused(tmp_path: Path) -> None:
    """Following it could go round for ever; passing it over would lose pictures in silence."""
    folder_tree(tmp_path, {"happy": 1})
    (tmp_path / "happy" / "again").symlink_to(tmp_path)

    with pytest.raises(DataError, match="again is a link to a folder"):
        open_folder(tmp_path, "all")


@pytest.mark.parametrize("suffix", [".bmp", ".JPG", ".jpeg", ".png", ".ppm", ".tif", ".TIFF", ".webp"])
def test_picture_formats(tmp_path: Path, suffix: str) -> None:
    """Extensions count in any case."""
    (tmp_path / "fear").mkdir()
    Image.new("RGB", (8, 8), "red").save(tmp_path / "fear" / f"face{suffix}")

    assert [row.id for row in open_folder(tmp_path, "all").rows] == [f"fear/face{suffix}"]


def test_hidden_and_other_files_are_passed_over(tmp_path: Path) -> None:
    """Neither system files nor macOS shadows of pictures are pictures."""
    folder_tree(tmp_path, {"fear": 1})
    for name in (".DS_Store", "._0000.jpg", "Thumbs.db", "labels.txt"):
        (tmp_path / "fear" / name).write_bytes(b"\0")
    for folder in (".git", "__MACOSX"):
        (tmp_path / folder).mkdir()

    assert [row.id for row in open_folder(tmp_path, "all").rows] == ["fear/0000.jpg"]


def test_names_in_any_script_and_long_names(tmp_path: Path) -> None:
    """Ids are in one Unicode form whatever the file system wrote, and as long as it allows."""
    (tmp_path / "fear").mkdir()
    decomposed, long = unicodedata.normalize("NFD", "Zoë 표정.jpg"), "x" * 251 + ".jpg"
    for seed, name in enumerate([decomposed, long]):
        draw_jpeg(tmp_path / "fear" / name, seed)
    opened = open_folder(tmp_path, "all")

    assert [row.id for row in opened.rows] == ["fear/Zoë 표정.jpg", f"fear/{long}"]
    assert all(opened.read(row).startswith(b"\xff\xd8") for row in opened.rows)


def test_names_that_differ_in_unicode_form_alone_are_refused(tmp_path: Path) -> None:
    """On another system they would be one file."""
    (tmp_path / "fear").mkdir()
    for form in ("NFC", "NFD"):
        draw_jpeg(tmp_path / "fear" / unicodedata.normalize(form, "Zoë.jpg"), seed=1)

    with pytest.raises(DataError, match=r"fear/Zoë.jpg stands there twice"):
        open_folder(tmp_path, "all")


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """No record could hold such an id; the message can be printed."""
    (tmp_path / "fear").mkdir()
    draw_jpeg(tmp_path / "fear" / os.fsdecode(b"caf\xe9.jpg"), seed=1)

    with pytest.raises(DataError, match="no UTF-8") as caught:
        open_folder(tmp_path, "all")
    assert "caf\\udce9.jpg" in str(caught.value).encode("utf-8").decode("utf-8")


def test_folder_has_no_options(tmp_path: Path) -> None:
    """An option is never passed over in silence."""
    with pytest.raises(UsageError, match="no options"):
        open_folder(tmp_path, "all", classes="rafdb")


def test_folder_that_cannot_be_listed_is_refused(tmp_path: Path) -> None:
    """A folder that is gone, or no folder, is an error with its reason."""
    with pytest.raises(DataError, match="No such file or directory"):
        pictures_below(tmp_path / "gone")
