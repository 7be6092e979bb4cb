"""KDEF: session, sex, person, expression and angle in the names of the files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, UsageError
from ferbench_datasets.kdef.card import CARD
from ferbench_datasets.kdef.opening import open_kdef
from tests.drawing_sets import KDEF_CODES, draw, kdef, scored

if TYPE_CHECKING:
    from pathlib import Path

ANGLES = ("S", "HL", "HR", "FL", "FR")


@pytest.mark.parametrize("above", ["", "KDEF", "KDEF_and_AKDEF/KDEF", "KDEF_and_AKDEF/KDEF_and_AKDEF/KDEF"])
def test_release_is_scored(tmp_path: Path, above: str) -> None:
    """All expressions and angles, in the folders into which the archive unpacks; averaged faces beside are no part."""
    kdef(tmp_path / above, ["AF01", "BM02"], KDEF_CODES, ["S", "HL"])
    if above.startswith("KDEF_and_AKDEF"):
        draw((tmp_path / above).parent / "AKDEF" / "FAFS.JPG", 1)
    result = scored("kdef", tmp_path)

    assert Counter(result.predictions.labels) == dict.fromkeys(KDEF_CODES, 4)
    labels = dict(zip(result.predictions.ids, result.predictions.labels, strict=True))
    assert (labels["AF01AFS"], labels["AF01ANS"], labels["BM02DIHL"]) == ("fear", "anger", "disgust")
    attributes = dict(zip(result.predictions.ids, result.predictions.attributes, strict=True))
    assert attributes["BM02DIHL"] == {"angle": "half left profile", "sex": "male", "session": "B"}
    assert result.record["layout"] == "names of files, angle all"


def test_attributes_are_those_of_the_card(tmp_path: Path) -> None:
    """Every angle, sex and session has a value that the card lists."""
    kdef(tmp_path, ["AF01", "BF01", "AM02", "BM02"], ["anger"], ANGLES)
    rows = open_kdef(tmp_path, "all").rows

    for name, values in CARD.attributes.items():
        assert {row.attributes[name] for row in rows} == set(values)


def test_two_sessions_show_one_person(tmp_path: Path) -> None:
    """AF01 and BF01 are one woman, AM01 is another person: a fold never divides the two sessions."""
    kdef(tmp_path, ["AF01", "BF01", "AM01", "BM01"], ["anger"], ["S"])

    assert {row.id: row.group for row in open_kdef(tmp_path, "all").rows} == {
        "AF01ANS": "F01",
        "BF01ANS": "F01",
        "AM01ANS": "M01",
        "BM01ANS": "M01",
    }
    assert [row.id for row in open_kdef(tmp_path, "all", subject="F01").rows] == ["AF01ANS", "BF01ANS"]
    assert [row.id for row in open_kdef(tmp_path, "all", fold="1").rows] == ["AM01ANS", "BM01ANS"]


def test_angle_option(tmp_path: Path) -> None:
    """angle=S takes the straight pictures alone, with the same ids."""
    kdef(tmp_path, ["AF01", "AM02"], ["anger", "fear"], ANGLES)
    opened = open_kdef(tmp_path, "all", angle="S")

    assert [row.id for row in opened.rows] == ["AF01AFS", "AF01ANS", "AM02AFS", "AM02ANS"]
    assert opened.layout == "names of files, angle S"
    with pytest.raises(UsageError, match="angle is one of S, HL, HR, FL, FR"):
        open_kdef(tmp_path, "all", angle="straight")


def test_files_of_the_release_without_an_expression(tmp_path: Path) -> None:
    """The two that the release misnames are left out by name; any other such name is refused."""
    kdef(tmp_path, ["AF31", "AM31"], ["anger"], ["S"])
    draw(tmp_path / "AF31" / "AF31V.JPG", 1)
    draw(tmp_path / "AM31" / "AM31H.JPG", 2)
    opened = open_kdef(tmp_path, "all")

    assert [row.id for row in opened.rows] == ["AF31ANS", "AM31ANS"]
    assert opened.layout.endswith("2 without an expression in their name left out: AF31V.JPG, AM31H.JPG")
    draw(tmp_path / "AM31" / "AM32H.JPG", 3)
    with pytest.raises(DataError, match=r"1 of 3 have names of another form: AM32H\.JPG"):
        open_kdef(tmp_path, "all")
