"""The tables of AffectNet's original release: what is read, and what is refused with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.affectnet.opening import open_affectnet8
from tests.drawing_affectnet import CLASSES, COLUMNS, SMALL, affectnet_csv, hash_of, hashed_rows
from tests.drawing_sets import draw, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The original release, validation only."""
    return affectnet_csv(tmp_path / "AffectNet", {"val": SMALL["val"]})


def first_row(release: Path) -> tuple[str, str]:
    """The first line of the validation table, and its path."""
    line = (release / "validation.csv").read_text().splitlines()[0]
    return line, line.partition(",")[0]


def test_table_with_mark_quotes_and_other_line_ends(release: Path) -> None:
    """A byte order mark, CRLF, quotes, blank lines, a header and columns in another order change nothing."""
    lines = (release / "validation.csv").read_text().splitlines()
    cells = [line.split(",") for line in (",".join(COLUMNS), *lines)]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in reversed(row)) for row in cells)
    (release / "validation.csv").write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n")

    rows = open_affectnet8(release, "val").rows
    assert [(row.id, row.label) for row in rows] == hashed_rows(SMALL["val"], CLASSES, "val")
    assert rows[0].box == (3.0, 4.0, 19.0, 19.0)


def test_table_without_boxes_and_with_other_files(release: Path) -> None:
    """Two columns are enough; a picture in another format is found, and an extra one is no part of the split."""
    cells = [line.split(",") for line in (release / "validation.csv").read_text().splitlines()]
    write(
        release / "validation.csv", "\n".join(["expression,subDirectory_filePath", *(f"{c[6]},{c[0]}" for c in cells)])
    )
    for path in sorted((release / "Manually_Annotated_Images").rglob("*.jpg")):
        path.rename(path.with_suffix(".PNG"))
    draw(release / "Manually_Annotated_Images" / "1" / f"{hash_of('val', 99)}.jpg", 1)
    opened = open_affectnet8(release, "val")

    assert [(row.id, row.label) for row in opened.rows] == hashed_rows(SMALL["val"], CLASSES, "val")
    assert {row.box for row in opened.rows} == {None}
    assert all(opened.read(row) for row in opened.rows)


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/etc/secret.jpg", "1/../../secret.jpg", "..\\secret.jpg", "secret.jpg"]
)
def test_paths_stay_inside(release: Path, path: str) -> None:
    """A table from a stranger names no file outside the folder of pictures."""
    draw(release / "secret.jpg", 1)
    _, old = first_row(release)
    write(release / "validation.csv", (release / "validation.csv").read_text().replace(old, path))

    with pytest.raises(DataError, match=r"Line 1 has the path|1 of them are not there"):
        open_affectnet8(release, "val")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (",3,4,16,15,", ",3,4,16,", "Line 2 has 8 cells, not 9"),
        (",3,4,16,15,", ",3,4,16,wide,", "Line 2 has the face 3, 4, 16, wide"),
        (",3,4,16,15,", ",3,4,16,nan,", "Line 2 has the face"),
        ("-0.17", '"-0.17', "it is no CSV"),
    ],
)
def test_broken_line_is_refused(release: Path, old: str, new: str, problem: str) -> None:
    """The message names the line."""
    lines = (release / "validation.csv").read_text().splitlines()
    write(release / "validation.csv", "\n".join([lines[0], lines[1].replace(old, new), *lines[2:]]))

    with pytest.raises(DataError, match=problem):
        open_affectnet8(release, "val")


@pytest.mark.parametrize("expression", ["11", "-1", "happy", ""])
def test_unknown_expression_is_refused(release: Path, expression: str) -> None:
    """The codes are 0 to 10, and the message lists them."""
    text = (release / "validation.csv").read_text()
    write(release / "validation.csv", f"{text}1/{hash_of('val', 0)}.jpg,3,4,16,15,,{expression},0,0\n")

    with pytest.raises(DataError, match=f"has the expression '{expression}'; there are 0 neutral.*10 no-face"):
        open_affectnet8(release, "val")


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("path,expression", "there is no column subDirectory_filePath"),
        ("subDirectory_filePath,emotion", "there is no column expression"),
        ("subDirectory_filePath,expression,expression", "two columns are called 'expression'"),
        ("", "it is: empty"),
    ],
)
def test_missing_columns_are_refused(release: Path, header: str, problem: str) -> None:
    """The message names what lacks and the official columns."""
    write(release / "validation.csv", header)
    with pytest.raises(DataError, match=rf"{problem}(?s:.)*subDirectory_filePath,face_x"):
        open_affectnet8(release, "val")


def test_table_that_is_no_text_is_refused(release: Path) -> None:
    """The message names the line above the bytes that are no UTF-8."""
    (release / "validation.csv").write_bytes(b"1/\xff.jpg,3,4,16,15,,0,0,0\n")
    with pytest.raises(DataError, match="Below line 0 it is no UTF-8 text"):
        open_affectnet8(release, "val")


def test_absent_and_repeated_pictures_are_refused(release: Path) -> None:
    """The denominator would change; of two lines for one picture both are named."""
    line, path = first_row(release)
    (release / "Manually_Annotated_Images" / path).rename(release / "elsewhere.jpg")
    with pytest.raises(DataError, match=f"1 of them are not there: {path}"):
        open_affectnet8(release, "val")
    (release / "elsewhere.jpg").rename(release / "Manually_Annotated_Images" / path)
    write(release / "validation.csv", (release / "validation.csv").read_text() + line + "\n")
    with pytest.raises(DataError, match="stands there twice"):
        open_affectnet8(release, "val")
    (release / "Manually_Annotated_Images").rename(release / "Pictures")
    with pytest.raises(DataNotFound, match=r"holds: Pictures, validation\.csv"):
        open_affectnet8(release, "val")
