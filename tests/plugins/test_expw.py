"""ExpW: a list of faces with boxes, several in a picture."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.expw.opening import open_expw
from tests.drawing_sets import draw, expw, scored, write

if TYPE_CHECKING:
    from pathlib import Path

FACES = [
    ("angry_actor_104.jpg", 0, "anger"),
    ("angry_actor_104.jpg", 1, "neutral"),
    ("amazed_teacher_289.jpg", 0, "surprise"),
    ("sad_asian_7.jpg", 3, "happiness"),
]
LINE = "angry_actor_104.jpg 0 28 113 226 141 22.9362 0"


def listed(root: Path, text: str) -> None:
    """Put a list in place of the drawn one."""
    write(root / "label" / "label.lst", text)


@pytest.mark.parametrize("above", ["", "ExpW", "data", "ExpW/data"])
def test_faces_are_scored(tmp_path: Path, above: str) -> None:
    """A row for each face: several in one picture, each with its label; the layout is found below the root too."""
    expw(tmp_path / above, FACES)
    result = scored("expw", tmp_path)

    assert Counter(result.predictions.labels) == Counter(label for _, _, label in FACES)
    assert list(zip(result.predictions.ids, result.predictions.labels, strict=True)) == [
        ("amazed_teacher_289/0", "surprise"),
        ("angry_actor_104/0", "anger"),
        ("angry_actor_104/1", "neutral"),
        ("sad_asian_7/3", "happiness"),
    ]
    assert result.record["layout"] == "label/label.lst, image/origin/"


def test_boxes_are_left_top_right_bottom(tmp_path: Path) -> None:
    """The list has top before left."""
    draw(expw(tmp_path, []) / "image" / "origin" / "angry_actor_104.jpg", 1)
    listed(tmp_path, LINE)

    assert open_expw(tmp_path, "all").rows[0].box == (113.0, 28.0, 226.0, 141.0)


def test_list_beside_the_pictures(tmp_path: Path) -> None:
    """Unpacked copies have label.lst and origin/ side by side."""
    draw(tmp_path / "origin" / "angry_actor_104.jpg", 1)
    write(tmp_path / "label.lst", LINE)

    assert open_expw(tmp_path, "all").layout == "label.lst, origin/"


def test_repeated_lines_count_once_and_are_named(tmp_path: Path) -> None:
    """A line that stands there twice word for word is one face; the layout says so. CRLF and marks change nothing."""
    expw(tmp_path, FACES)
    text = (tmp_path / "label" / "label.lst").read_text()
    (tmp_path / "label" / "label.lst").write_bytes(
        b"\xef\xbb\xbf" + (text + text.splitlines()[0] + "\n\n").replace("\n", "\r\n").encode()
    )
    opened = open_expw(tmp_path, "all")

    assert len(opened.rows) == len(FACES)
    assert opened.layout == "label/label.lst, image/origin/, 1 repeated lines left out"


def test_contradicting_lines_are_refused(tmp_path: Path) -> None:
    """Two labels for one face: both lines are named."""
    expw(tmp_path, FACES)
    listed(tmp_path, f"{LINE}\n{LINE[:-1]}6\n")
    with pytest.raises(DataError, match="angry_actor_104/0 stands there twice: line 1 and line 2"):
        open_expw(tmp_path, "all")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (LINE.rsplit(" ", 1)[0], "has another form"),
        (LINE.replace(" 28 ", " top "), "has another form"),
        (LINE.replace(" 28 ", " nan "), "has another form"),
        (LINE.replace(" 0 28", " -1 28"), "has another form"),
        (LINE.replace(" 226 ", " 113 "), "an empty box"),
        (LINE[:-1] + "7", "the label '7'; there are 0 anger"),
        (LINE[:-1] + "anger", "the label 'anger'"),
        (f"../{LINE}", r"names the picture '../angry_actor_104.jpg'"),
        (f"..\\{LINE}", "Pictures are named without a folder"),
        (f"/etc/{LINE}", "Pictures are named without a folder"),
    ],
)
def test_broken_lines_are_refused(tmp_path: Path, line: str, problem: str) -> None:
    """The message has file, line and value; no line is passed over."""
    expw(tmp_path, FACES)
    listed(tmp_path, f"{LINE}\n\n{line}\n")
    with pytest.raises(DataError, match=f"(?s)label.lst.*Line 3.*{problem}"):
        open_expw(tmp_path, "all")


def test_empty_list_is_refused(tmp_path: Path) -> None:
    """A list without lines is no set."""
    expw(tmp_path, FACES)
    listed(tmp_path, "\n")
    with pytest.raises(DataError, match="It holds no lines"):
        open_expw(tmp_path, "all")


def test_absent_pictures_are_refused(tmp_path: Path) -> None:
    """Pictures are counted once, however many faces they have; others beside them are no part of the set."""
    expw(tmp_path, FACES)
    draw(tmp_path / "image" / "origin" / "not_listed.jpg", 1)
    assert len(open_expw(tmp_path, "all").rows) == len(FACES)

    (tmp_path / "image" / "origin" / "angry_actor_104.jpg").unlink()
    with pytest.raises(DataError, match=r"1 pictures are not there: angry_actor_104\.jpg"):
        open_expw(tmp_path, "all")


def test_missing_picture_folder(tmp_path: Path) -> None:
    """A list alone is no data set."""
    write(tmp_path / "label" / "label.lst", LINE)
    with pytest.raises(DataNotFound, match="the folder of its pictures is not"):
        open_expw(tmp_path, "all")


def test_names_in_either_unicode_form(tmp_path: Path) -> None:
    """A file name in NFD is the one that the list names in NFC, and the id is NFC."""
    name = "énervé_1.jpg"
    draw(tmp_path / "image" / "origin" / unicodedata.normalize("NFD", name), 1)
    listed(tmp_path, LINE.replace("angry_actor_104.jpg", name))

    assert [row.id for row in open_expw(tmp_path, "all").rows] == [unicodedata.normalize("NFC", "énervé_1/0")]
