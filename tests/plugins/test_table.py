"""Own pictures listed in a table: columns, cells, paths, and what is refused."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UnknownName, UsageError
from ferbench_datasets.table import CARD, open_table
from tests.drawing import draw_jpeg

if TYPE_CHECKING:
    from pathlib import Path

FACES = ("a.jpg", "b.jpg", "deep/c.jpg")


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """A folder with three pictures."""
    (tmp_path / "faces" / "deep").mkdir(parents=True)
    for seed, name in enumerate(FACES):
        draw_jpeg(tmp_path / "faces" / name, seed)
    return tmp_path / "faces"


def write(folder: Path, *lines: str, name: str = "table.csv", end: str = "\n") -> Path:
    """A table with these lines; the last one has no line end."""
    (folder / name).write_bytes(end.join(lines).encode())
    return folder / name


def refuse(path: Path, error: type[Exception], message: str, **options: str) -> None:
    """Opening the table ends in this error."""
    with pytest.raises(error, match=message):
        open_table(path, "all", **options)


def test_rows_ids_and_attributes(faces: Path) -> None:
    """Rows keep the table's order; further columns are attributes, and a code such as NA stays text."""
    path = write(
        faces,
        "id,path,label,age,country,",
        "NA,b.jpg,Happy,30,NA,0",
        "0007,a.jpg,anger,,DE,1",
        '"x, y",deep/c.jpg,sad,5.0,,2',
    )
    opened = open_table(path, "all")

    assert [(row.id, row.label, dict(row.attributes)) for row in opened.rows] == [
        ("NA", "happiness", {"age": "30", "country": "NA"}),
        ("0007", "anger", {"country": "DE"}),
        ("x, y", "sadness", {"age": "5.0"}),
    ]
    assert opened.classes == ("happiness", "sadness", "anger")
    assert opened.read(opened.rows[0]) == (faces / "b.jpg").read_bytes()
    assert opened.layout == "table of paths and labels"
    assert CARD.private


def test_without_an_id_column_the_path_is_the_id(faces: Path) -> None:
    """In one spelling: with `/`, without `./`."""
    path = write(faces, "file,emotion", "./a.jpg,fear", "deep\\c.jpg,fear")

    assert [row.id for row in open_table(path, "all").rows] == ["a.jpg", "deep/c.jpg"]


def test_folder_with_one_table(faces: Path) -> None:
    """The root may be the folder; two tables are ambiguous, none is not found."""
    refuse(faces, DataNotFound, "no CSV file")
    write(faces, "path,label", "a.jpg,fear", name="Faces.CSV")
    write(faces, "nothing", name="._Faces.CSV")
    assert len(open_table(faces, "all").rows) == 1

    write(faces, "path,label", "b.jpg,fear", name="other.csv")
    refuse(faces, DataError, r"There are 2: Faces.CSV, other.csv")


def test_missing_root(tmp_path: Path) -> None:
    """The message says what is expected."""
    for root in (None, tmp_path / "nowhere.csv"):
        with pytest.raises(DataNotFound, match="a CSV file, or a folder"):
            open_table(root, "all")
    with pytest.raises(UsageError, match="the splits all"):
        open_table(tmp_path, "test")


def test_mark_line_ends_and_blank_lines(faces: Path) -> None:
    """What spreadsheet programs write is read."""
    path = write(faces, "\ufeffpath,label", "a.jpg,fear", "", ",", "b.jpg , anger ", end="\r\n")

    assert [(row.id, row.label) for row in open_table(path, "all").rows] == [("a.jpg", "fear"), ("b.jpg", "anger")]


@pytest.mark.parametrize(("delimiter", "mark"), [(";", ";"), ("tab", "\t"), ("\\t", "\t"), ("|", "|")])
def test_other_delimiters(faces: Path, delimiter: str, mark: str) -> None:
    """The delimiter is an option; without it the message says so."""
    path = write(faces, f"path{mark}label", f"a.jpg{mark}fear")

    assert len(open_table(path, "all", delimiter=delimiter).rows) == 1
    refuse(path, DataError, "delimiter=CHARACTER")


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n"])
def test_delimiter_is_one_character(faces: Path, delimiter: str) -> None:
    """Anything else cannot mean anything."""
    refuse(write(faces, "path,label", "a.jpg,fear"), UsageError, "one character", delimiter=delimiter)


def test_columns_by_option(faces: Path) -> None:
    """Options name the columns where they have other names, or where several have a usual one."""
    path = write(faces, "Image,Label,emotion,who", "a.jpg,x1,fear,p1")

    refuse(path, DataError, r"Label and emotion(?s:.)*label_column=Label")
    refuse(path, UsageError, "no column 'mood', only Image, Label", label_column="mood")
    (row,) = open_table(path, "all", label_column="emotion", id_column="who").rows
    assert (row.id, row.label, dict(row.attributes)) == ("p1", "fear", {"Label": "x1"})
    (row,) = open_table(write(faces, "at,path,label", "a.jpg,zz,fear"), "all", path_column="at").rows
    assert row.source.name == "a.jpg"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("name,label", "path column(?s:.)*the columns are: name, label"),
        ("path,mood", "label column(?s:.)*None is called label, class"),
        ("path,label,path", "Two columns are called 'path'"),
    ],
)
def test_missing_or_repeated_columns_are_refused(faces: Path, header: str, message: str) -> None:
    """The message names the columns."""
    refuse(write(faces, header, ",".join("a" for _ in header.split(","))), DataError, message)


def test_numbers_as_labels_need_an_order(faces: Path) -> None:
    """No number says by itself which class it means; with an order, names may stand beside numbers."""
    path = write(faces, "path,label", "a.jpg,3", "b.jpg,0", "deep/c.jpg,happy")

    refuse(path, DataError, "Line 2 has the label 3(?s:.)*classes=rafdb")
    opened = open_table(path, "all", classes="rafdb")
    assert [row.label for row in opened.rows] == ["happiness", "surprise", "happiness"]
    assert opened.classes == ("happiness", "surprise")
    listed = open_table(path, "all", classes="sad,angry,fear,happy")
    assert [row.label for row in listed.rows] == ["happiness", "sadness", "happiness"]
    refuse(path, DataError, "Line 2 has the label 3; there are 0 happiness, 1 sadness", classes="happy,sad")
    refuse(path, DataError, "Line 4 has the label 'happy'", classes="fear,sad,anger,surprise")
    refuse(path, UnknownName, "'bored'", classes="happy,bored")


@pytest.mark.parametrize("label", ["bored", "", "3.0", "-1", "9" * 5000])
def test_label_that_is_no_class_is_refused(faces: Path, label: str) -> None:
    """The message names the line."""
    path = write(faces, "path,label", "a.jpg,fear", f"b.jpg,{label}")

    refuse(path, DataError, "Line 3 has the label", classes="rafdb")


def test_ids_twice_are_refused(faces: Path) -> None:
    """Both lines are named, for ids of a column and for paths."""
    refuse(write(faces, "id,path,label", "p,a.jpg,fear", "p,b.jpg,fear"), DataError, "p stands .*line 2 and line 3")
    refuse(write(faces, "path,label", "a.jpg,fear", "./a.jpg,sad"), DataError, r"a.jpg stands .*line 2 and line 3")
    refuse(write(faces, "id,path,label", ",b.jpg,fear"), DataError, "Line 2 has no id")


@pytest.mark.parametrize(
    "text", ["../secret.jpg", "deep/../../secret.jpg", "C:\\secret.jpg", "C:secret.jpg", "\\\\host\\x.jpg", "", ".."]
)
def test_paths_that_leave_the_folder_are_refused(faces: Path, text: str) -> None:
    """Nothing outside the folder of the table is ever read, whether it is there or not."""
    draw_jpeg(faces.parent / "secret.jpg", seed=1)
    refuse(write(faces, "path,label", f"{text},fear"), DataError, "Line 2 has the path(?s:.)*stay inside it")


def test_absolute_paths_are_refused(faces: Path) -> None:
    """Even those that lead into the folder: the table would not work elsewhere."""
    refuse(write(faces, "path,label", f"{faces / 'a.jpg'},fear"), DataError, "Line 2 has the path")


def test_links_that_leave_the_folder_are_refused(faces: Path) -> None:
    """A link to a file, a link to a folder and a link to itself; links that stay inside are fine."""
    draw_jpeg(faces.parent / "secret.jpg", seed=1)
    (faces / "file.jpg").symlink_to(faces.parent / "secret.jpg")
    (faces / "up").symlink_to(faces.parent)
    (faces / "round.jpg").symlink_to("round.jpg")
    (faces / "fine.jpg").symlink_to("deep/c.jpg")

    for text in ("file.jpg", "up/secret.jpg", "up/faces/../secret.jpg"):
        refuse(write(faces, "path,label", f"{text},fear"), DataError, "Line 2 has the path")
    refuse(write(faces, "path,label", "round.jpg,fear"), DataError, "round.jpg")
    opened = open_table(write(faces, "path,label", "fine.jpg,fear"), "all")
    assert opened.read(opened.rows[0]) == (faces / "deep" / "c.jpg").read_bytes()


def test_folder_of_the_table_may_be_a_link(faces: Path) -> None:
    """The user's own way to the folder is theirs."""
    write(faces, "path,label", "a.jpg,fear")
    (faces.parent / "shortcut").symlink_to(faces)

    assert [row.id for row in open_table(faces.parent / "shortcut", "all").rows] == ["a.jpg"]


@pytest.mark.parametrize("name", ["absent.jpg", "deep", "x" * 300 + ".jpg", "a\0b.jpg"])
def test_absent_pictures_are_refused(faces: Path, name: str) -> None:
    """A folder, a name that no file can have, or nothing at all."""
    refuse(write(faces, "path,label", "a.jpg,fear", f"{name},fear"), DataError, "not there|has the path")


def test_absent_pictures_are_counted(faces: Path) -> None:
    """The message says how many and names the first."""
    lines = [f"x{i}.jpg,fear" for i in range(7)]
    path = write(faces, "path,label", "a.jpg,fear", *lines)

    refuse(path, DataError, r"7 of 8 are not there: x0.jpg, .*x4.jpg and 2 more")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([""], "no rows"),
        (["path,label"], "no rows"),
        (["path,label", "a.jpg"], "Line 2 has 1 cells, the header 2"),
        (["path,label", "a.jpg,fear,x"], "Line 2 has 3 cells, the header 2"),
        (["path,label", '"a.jpg,fear'], "Line 2 is no CSV"),
    ],
)
def test_broken_tables_are_refused(faces: Path, lines: list[str], message: str) -> None:
    """The message names the line."""
    refuse(write(faces, *lines), DataError, message)


def test_table_that_is_no_utf8_is_refused(faces: Path) -> None:
    """A table in Latin-1 is not guessed at."""
    path = faces / "table.csv"
    path.write_bytes("path,label,who\na.jpg,fear,Zoë\n".encode("latin-1"))

    refuse(path, DataError, "Line 2 is no UTF-8")


def test_names_in_any_script_and_long_names(faces: Path) -> None:
    """Non-ASCII text is kept; ids are in one Unicode form whatever the file system wrote."""
    decomposed, long = unicodedata.normalize("NFD", "Zoë 표정.jpg"), "x" * 251 + ".jpg"
    for name in (decomposed, long):
        draw_jpeg(faces / name, seed=1)
    rows = open_table(write(faces, "path,label,città", f"{decomposed},fear,Zürich", f"{long},fear,"), "all").rows

    assert [(row.id, dict(row.attributes)) for row in rows] == [("Zoë 표정.jpg", {"città": "Zürich"}), (long, {})]


def test_names_that_are_no_text_cannot_be_named(faces: Path) -> None:
    """A table in UTF-8 cannot name such a file, and one in the bytes of the file is refused."""
    draw_jpeg(faces / os.fsdecode(b"caf\xe9.jpg"), seed=1)
    path = faces / "table.csv"
    path.write_bytes(b"path,label\ncaf\xe9.jpg,fear\n")

    refuse(path, DataError, "Line 2 is no UTF-8")


def test_unknown_options_are_refused(faces: Path) -> None:
    """The message lists the options."""
    refuse(write(faces, "path,label", "a.jpg,fear"), UsageError, "path_column, label_column", sep=";")
