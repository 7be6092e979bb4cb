"""SFEW 2.0: class folders of whole frames, or of aligned faces."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.sfew.opening import open_sfew
from tests.drawing_sets import SFEW_FOLDERS, class_folders, draw, scored

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {name: 1 + i % 2 for i, name in enumerate(SFEW_FOLDERS)}


def sfew(folder: Path, film: str = "Airheads") -> Path:
    """Pictures of a split with the official names; every class has other numbers."""
    for i, (label, count) in enumerate(COUNTS.items()):
        class_folders(folder, {label: count}, SFEW_FOLDERS, name=f"{film}_00{i}519240_{{:08d}}.png")
    return folder


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("Val", "frames"),
        ("SFEW 2.0/Val", "frames"),
        ("Val_Aligned_Faces", "aligned"),
        ("Val_Aligned_Faces_new", "aligned"),
        ("Val/Val_Aligned_Faces", "aligned"),
    ],
)
def test_layouts_are_scored(tmp_path: Path, folder: str, kind: str) -> None:
    """Frames and aligned faces have the same ids and labels; the layout says which they are."""
    sfew(tmp_path / folder)
    result = scored("sfew", tmp_path)

    assert Counter(result.predictions.labels) == COUNTS
    assert dict(zip(result.predictions.ids, result.predictions.labels, strict=True))["Airheads_000519240_00000001"] == (
        "anger"
    )
    assert result.record["split"] == "val"
    assert result.record["layout"] == f"{kind} in class folders of {folder.removeprefix('SFEW 2.0/')}/"


def test_option_picks_the_pictures(tmp_path: Path) -> None:
    """Where both are there, frames are read, unless the option says otherwise."""
    sfew(tmp_path / "Train")
    sfew(tmp_path / "Train_Aligned_Faces")

    assert open_sfew(tmp_path, "train").layout.startswith("frames")
    assert open_sfew(tmp_path, "train", images="aligned").layout.startswith("aligned")
    with pytest.raises(UsageError, match="images is one of frames, aligned"):
        open_sfew(tmp_path, "train", images="faces")


def test_group_is_the_film(tmp_path: Path) -> None:
    """Two frames of one film belong together; a name of another form has no group."""
    sfew(tmp_path / "Val")
    draw(tmp_path / "Val" / "Sad" / "portrait.png", 1)
    rows = {row.id: row.group for row in open_sfew(tmp_path, "val").rows}

    assert rows.pop("portrait") is None
    assert set(rows.values()) == {"Airheads"}


def test_withheld_test_split(tmp_path: Path) -> None:
    """The labels of the test pictures are withheld, so that there is no such split."""
    sfew(tmp_path / "Test")
    with pytest.raises(UsageError, match="the splits train, val"):
        open_sfew(tmp_path, "test")
    with pytest.raises(DataNotFound, match="No known layout"):
        open_sfew(tmp_path, "val")


def test_missing_split_and_pictures(tmp_path: Path) -> None:
    """The message names the kind of pictures that is not there."""
    sfew(tmp_path / "Train")
    with pytest.raises(DataNotFound, match="no class folders of frames or aligned for the split val"):
        open_sfew(tmp_path, "val")
    with pytest.raises(DataNotFound, match="no class folders of aligned for the split train"):
        open_sfew(tmp_path, "train", images="aligned")


def test_one_frame_in_two_classes_is_refused(tmp_path: Path) -> None:
    """A frame has one label."""
    sfew(tmp_path / "Val")
    draw(tmp_path / "Val" / "Sad" / "Airheads_000519240_00000001.png", 1)
    with pytest.raises(DataError, match="Airheads_000519240_00000001 stands there twice: Angry/"):
        open_sfew(tmp_path, "val")
