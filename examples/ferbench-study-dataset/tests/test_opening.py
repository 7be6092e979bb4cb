"""What an opened split holds."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ferbench_study_dataset.opening import open_study


def test_labels_are_what_most_raters_said(study):
    """In the order of the table, under ids without extension; synonyms are understood."""
    rows = open_study(study, "test").rows

    assert {row.id: row.label for row in rows} == {
        "p03/05": "neutral",
        "p03/06": "happiness",
        "p03/07": "sadness",
        "p03/08": "surprise",
        "p04/09": "fear",
        "p04/10": "disgust",
        "p04/11": "anger",
    }
    assert [row.id for row in rows] == sorted(row.id for row in rows)


def test_a_picture_without_a_majority_is_left_out_and_counted(study):
    """Three raters of three minds give no label, and the layout in the record says so."""
    opened = open_study(study, "test")

    assert "p04/12" not in {row.id for row in opened.rows}
    assert opened.layout.endswith("1 of 8 pictures have no majority of 1 or more raters")


def test_pictures_with_too_few_raters_are_left_out_when_asked(study):
    """One picture has two ratings: with min_raters=3 it is no row."""
    opened = open_study(study, "test", min_raters="3")

    assert len(opened.rows) == 6
    assert "2 of 8 pictures" in opened.layout


def test_rows_say_who_is_in_them_and_what_each_rater_saw(study):
    """The person is the group, the columns are attributes, the votes are a soft label that sums to 1."""
    (row,) = (row for row in open_study(study, "test").rows if row.id == "p04/09")

    assert row.group == "p04"
    assert row.attributes == {"sex": "not stated", "glasses": "no"}
    assert row.soft_label == pytest.approx({"surprise": 1 / 3, "fear": 2 / 3})


def test_splits_share_no_person(study):
    """Who is in the training pictures is not in the test pictures."""
    people = [{row.group for row in open_study(study, split).rows} for split in ("train", "test")]

    assert people == [{"p01", "p02"}, {"p03", "p04"}]


def test_pictures_are_read_when_asked_for_and_not_before(study):
    """A file that is no picture opens, and is read as it is; the others are the files, undecoded."""
    (study / "pictures" / "p03" / "05.png").write_bytes(b"no picture")
    opened = open_study(study, "test")
    broken, whole = (opened.read(row) for row in opened.rows[:2])

    assert broken == b"no picture"
    assert Image.open(io.BytesIO(whole)).size == (48, 48)


def test_an_id_is_the_same_for_a_converted_copy(study):
    """Another file format is the same picture."""
    for table in ("pictures.csv", "ratings.csv"):
        text = (study / table).read_text(encoding="utf-8")
        (study / table).write_text(text.replace("05.png", "05.jpeg"), encoding="utf-8")
    (study / "pictures" / "p03" / "05.png").rename(study / "pictures" / "p03" / "05.jpeg")

    assert open_study(study, "test").rows[0].id == "p03/05"
