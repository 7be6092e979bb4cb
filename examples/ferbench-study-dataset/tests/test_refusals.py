"""A study that cannot be used as it is: the message says what was asked, what was found, and what to do."""

from __future__ import annotations

import shutil

import pytest
from ferbench.errors import DataError, DataNotFound, UsageError

from ferbench_study_dataset.opening import open_study

#: (table, what stands there, what stands there instead, what the message says).
CHANGES = {
    "unknown class": ("ratings.csv", "p03/05.png,rater a,neutral", "p03/05.png,rater a,bored", "line 13.*'bored'"),
    "two ratings": (
        "ratings.csv",
        "p03/05.png,rater b",
        "p03/05.png,rater a",
        "rater a rates p03/05.png twice.*line 13",
    ),
    "unknown picture": ("ratings.csv", "p03/05.png,rater a", "p03/5.png,rater a", "1 rated pictures.*p03/5.png"),
    "no rater": ("ratings.csv", "p03/05.png,rater a,", "p03/05.png,,", "In line 13 of ratings.csv there is no rater"),
    "cells too many": ("ratings.csv", "p03/05.png,rater a,neutral", "p03/05.png,a,b,neutral", "more cells.*line 13"),
    "column missing": ("pictures.csv", "picture,person,", "picture,subject,", "no column person"),
    "unknown value": (
        "pictures.csv",
        "p04/09.png,p04,test,not stated",
        "p04/09.png,p04,test,unsure",
        "sex is 'unsure'",
    ),
    "two splits": ("pictures.csv", "p03/05.png,p03,test", "p03/05.png,p03,train", "p03 is in the split train and in"),
    "twice": ("pictures.csv", "p03/06.png,", "p03/05.jpeg,", "p03/05 stands there twice"),
    "outside": ("pictures.csv", "p03/06.png,", "../p03/06.png,", r"'\.\./p03/06.png'"),
    "no file": ("pictures.csv", "", "", "1 of 7 pictures have no file in pictures/: p03/06"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_table_that_cannot_be_used_is_refused(study, change):
    """With the line or the name that is wrong, and one sentence on how to mend it."""
    table, before, after, found = CHANGES[change]
    text = (study / table).read_text(encoding="utf-8")
    assert before in text
    (study / table).write_text(text.replace(before, after, 1), encoding="utf-8")
    if change == "no file":
        (study / "pictures" / "p03" / "06.png").unlink()

    with pytest.raises(DataError, match=found) as caught:
        open_study(study, "test")

    assert all((caught.value.asked, caught.value.found, caught.value.todo))


def test_bytes_that_are_no_text_are_refused(study):
    """A table in another encoding than UTF-8 is named."""
    (study / "ratings.csv").write_bytes("picture,rater,expression\np03/05.png,Jürgen,happy\n".encode("latin-1"))

    with pytest.raises(DataError, match=r"ratings\.csv"):
        open_study(study, "test")


def test_an_empty_table_is_refused(study):
    """A file without a header has no columns."""
    (study / "ratings.csv").write_bytes(b"")

    with pytest.raises(DataError, match="no column picture, rater, expression"):
        open_study(study, "test")


def test_a_split_without_labels_is_refused(study):
    """Ratings that reach no number of raters leave nothing to evaluate."""
    with pytest.raises(DataError, match="None of its pictures has a label"):
        open_study(study, "test", min_raters="9")


@pytest.mark.parametrize("missing", ["pictures.csv", "ratings.csv", "pictures"])
def test_what_is_not_there_is_named(study, missing):
    """The message says which layout is expected."""
    path = study / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    with pytest.raises(DataNotFound, match=f"There is no {missing}") as caught:
        open_study(study, "test")

    assert "pictures.csv (picture, person, split, sex, glasses)" in caught.value.todo


def test_without_a_root_the_study_is_not_found():
    """Nobody said where it lies."""
    with pytest.raises(DataNotFound, match="No data root was given"):
        open_study(None, "test")


@pytest.mark.parametrize("number", ["0", "three", "-1", ""])
def test_a_number_of_raters_that_is_none_is_refused(study, number):
    """The option is a text from the command line."""
    with pytest.raises(UsageError, match="min_raters"):
        open_study(study, "test", min_raters=number)


def test_an_unknown_split_is_refused(study):
    """The splits of the card are named."""
    with pytest.raises(UsageError, match="train, test"):
        open_study(study, "valid")


def test_an_unknown_option_is_refused(study):
    """A misspelt option is not passed over."""
    with pytest.raises(UsageError, match="min_rater"):
        open_study(study, "test", min_rater="3")
