"""Oulu-CASIA: sequences under three lights and in two spectra."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.oulu.card import CARD, CLASSES
from ferbench_datasets.oulu.opening import open_oulu
from tests.drawing_sets import draw, oulu, scored

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = ("P001", "P002")


@pytest.mark.parametrize("above", ["", "OriginalImg", "Oulu_CASIA_NIR_VIS", "B_OriginalImg/OriginalImg"])
def test_release_is_scored(tmp_path: Path, above: str) -> None:
    """The last frame of every sequence in visible, strong light, wherever the archive unpacked it."""
    oulu(tmp_path / above, PEOPLE, CLASSES)
    oulu(tmp_path / above, PEOPLE, CLASSES, light="NI/Dark")
    result = scored("oulu", tmp_path)

    assert Counter(result.predictions.labels) == dict.fromkeys(CLASSES, 2)
    labels = dict(zip(result.predictions.ids, result.predictions.labels, strict=True))
    assert labels["visible/strong/P001/anger/003"] == "anger"
    assert {tuple(item.items()) for item in result.predictions.attributes} == {
        (("spectrum", "visible"), ("light", "strong"))
    }
    assert result.record["layout"] == "spectrum visible; light strong; frames peak"


def test_all_lights(tmp_path: Path) -> None:
    """spectrum=all and light=all take all six, told apart by attributes that the card lists."""
    for spectrum in ("VL", "NI"):
        for light in ("Strong", "Weak", "Dark"):
            oulu(tmp_path, ["P001"], CLASSES, light=f"{spectrum}/{light}", frames=1)
    rows = open_oulu(tmp_path, "all", spectrum="all", light="all").rows

    assert len(rows) == 36
    assert Counter(row.attributes["light"] for row in rows) == dict.fromkeys(CARD.attributes["light"], 12)
    assert Counter(row.attributes["spectrum"] for row in rows) == dict.fromkeys(CARD.attributes["spectrum"], 18)


def test_last_three_frames_and_folds(tmp_path: Path) -> None:
    """The usual protocol: three frames a sequence, by the numbers of the frames, and folds by subject."""
    oulu(tmp_path, PEOPLE, ["anger"], frames=11)
    opened = open_oulu(tmp_path, "all", frames="last3", fold="1")

    assert [row.id for row in opened.rows] == [f"visible/strong/P002/anger/{number:03d}" for number in (8, 9, 10)]
    assert {row.group for row in opened.rows} == {"P002"}
    assert opened.layout.endswith("frames last3; fold 1 of 10 with 1 of 2 subjects")
    assert open_oulu(tmp_path, "all", frames="last3", subject="P002").rows == opened.rows
    with pytest.raises(DataError, match="There are 2 subjects, so that only the folds below 2 have one"):
        open_oulu(tmp_path, "all", fold="2")


def test_frames_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """Frame 10 comes after frame 9 in whatever way the numbers are written."""
    for number in (8, 9, 10):
        draw(tmp_path / "VL" / "Strong" / "P001" / "Anger" / f"{number}.jpeg", number)

    assert [row.id for row in open_oulu(tmp_path, "all").rows] == ["visible/strong/P001/anger/010"]


def test_missing_light(tmp_path: Path) -> None:
    """The message names the folder; a value that is none is another error."""
    oulu(tmp_path, PEOPLE, CLASSES)
    with pytest.raises(DataNotFound, match="There is no folder VL/Dark"):
        open_oulu(tmp_path, "all", light="dark")
    with pytest.raises(UsageError, match="light is one of strong, weak, dark, all"):
        open_oulu(tmp_path, "all", light="Strong")


def test_short_sequence_is_refused(tmp_path: Path) -> None:
    """Fewer frames than asked for would quietly make a class smaller."""
    oulu(tmp_path, PEOPLE, CLASSES, frames=2)
    with pytest.raises(DataError, match="P001/anger has 2 frames where 3 are needed"):
        open_oulu(tmp_path, "all", frames="last3")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("VL/Strong/Q001/Anger/000.jpeg", "It holds Q001, not folders such as P001"),
        ("VL/Strong/P001/Neutral/000.jpeg", "P001 has the folder Neutral; the set has anger"),
        ("VL/Strong/P001/Anger/face.jpeg", r"Anger/face\.jpeg is no frame such as 000"),
        ("VL/Strong/P001/Anger/0.jpeg", "The id 0 stands there twice"),
    ],
)
def test_other_trees_are_refused(tmp_path: Path, path: str, problem: str) -> None:
    """Folders and files that are none of the release are named, not passed over."""
    oulu(tmp_path, PEOPLE, CLASSES)
    draw(tmp_path / path, 1)
    with pytest.raises(DataError, match=problem):
        open_oulu(tmp_path, "all")
