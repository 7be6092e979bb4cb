"""FERG-DB: drawn characters, named by file and folder."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, UsageError
from ferbench_datasets.ferg.card import CARD
from ferbench_datasets.ferg.opening import open_ferg
from tests.drawing_sets import FERG_WORDS, draw, ferg, scored

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = {"aia": [*FERG_WORDS], "ray": ["happiness"]}


@pytest.mark.parametrize("above", ["", "FERG_DB_256", "ferg_db_256"])
def test_release_is_scored(tmp_path: Path, above: str) -> None:
    """Labels by class name (`joy` is happiness), the character as attribute and group."""
    ferg(tmp_path / above, PICTURES)
    result = scored("ferg", tmp_path)

    expected = Counter(dict.fromkeys(FERG_WORDS, 2)) + Counter({"happiness": 2})
    assert Counter(result.predictions.labels) == expected
    labels = dict(zip(result.predictions.ids, result.predictions.labels, strict=True))
    assert (labels["aia_anger_1"], labels["ray_joy_2"]) == ("anger", "happiness")
    assert Counter(item["character"] for item in result.predictions.attributes) == {"aia": 14, "ray": 2}
    assert set(CARD.attributes["character"]) == {"aia", "bonnie", "jules", "malcolm", "mery", "ray"}


def test_flat_copy_has_the_same_rows(tmp_path: Path) -> None:
    """Without folders the names say it all; case does not matter."""
    rows = [(row.id, row.label) for row in open_ferg(ferg(tmp_path / "tree", PICTURES), "all").rows]
    (tmp_path / "flat").mkdir()
    for path in (tmp_path / "tree").rglob("*.png"):
        path.rename(tmp_path / "flat" / path.name.replace("aia", "Aia"))

    assert [(row.id, row.label) for row in open_ferg(tmp_path / "flat", "all").rows] == rows


def test_character_option(tmp_path: Path) -> None:
    """subject=ray tests on one character."""
    ferg(tmp_path, PICTURES)

    assert [row.id for row in open_ferg(tmp_path, "all", subject="ray").rows] == ["ray_joy_1", "ray_joy_2"]
    with pytest.raises(UsageError, match="no such subject among 2: aia, ray"):
        open_ferg(tmp_path, "all", subject="mery")


def test_folder_that_contradicts_the_name_is_refused(tmp_path: Path) -> None:
    """An expression is not guessed from two different ones."""
    ferg(tmp_path, PICTURES)
    draw(tmp_path / "aia" / "aia_fear" / "aia_anger_77.png", 1)
    with pytest.raises(DataError, match=r"aia_anger_77\.png lies in the folder aia_fear"):
        open_ferg(tmp_path, "all")


@pytest.mark.parametrize(
    "name", ["aia_anger_1_LR16_.png", "bob_anger_1.png", "aia_boredom_1.png", "aia_contempt_1.png"]
)
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    """Shrunk copies, other characters and other expressions are no part of the set."""
    ferg(tmp_path, {"aia": ["anger"]})
    draw(tmp_path / name, 1)
    with pytest.raises(DataError, match=f"1 of 3 have names of another form: {name}"):
        open_ferg(tmp_path, "all")
