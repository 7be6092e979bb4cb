"""CK+: labelled sequences of the release, and the copy of 48 by 48 pixels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.ckplus.card import CARD
from ferbench_datasets.ckplus.opening import open_ckplus
from tests.drawing_sets import CKPLUS_LABELS, ckplus, ckplus_copy, draw, scored, write

if TYPE_CHECKING:
    from pathlib import Path

#: One sequence for each class and subject.
LABELLED = {f"S{i:03d}/00{i % 3 + 1}": label for i, label in enumerate(CKPLUS_LABELS, start=5)}
ALL = LABELLED | {"S005/004": None, "S099/001": None}


def listing(root: Path, **options: str) -> list[tuple[str, str]]:
    """Ids and labels in the order of the rows."""
    return [(row.id, row.label) for row in open_ckplus(root, "all", **options).rows]


@pytest.mark.parametrize(
    ("frames", "counts"),
    [
        (None, dict.fromkeys(LABELLED.values(), 1)),
        ("last3", dict.fromkeys(LABELLED.values(), 3)),
        ("last3+neutral", dict.fromkeys(LABELLED.values(), 3) | {"neutral": 7}),
    ],
)
def test_release_is_scored(tmp_path: Path, frames: str | None, counts: dict[str, int]) -> None:
    """Peak frames by default; the usual protocols by option; sequences without a label are counted in the layout."""
    ckplus(tmp_path, ALL)
    result = scored("ckplus", tmp_path, dataset_options={"frames": frames} if frames else {})

    assert Counter(result.predictions.labels) == counts
    labels = dict(zip(result.predictions.ids, result.predictions.labels, strict=True))
    assert labels["S005_003_00000005"] == "anger"
    assert labels["S010_002_00000005"] == "sadness"
    assert result.record["layout"] == (
        f"cohn-kanade-images with Emotion, 2 of 9 sequences without a label left out, frames {frames or 'peak'}"
    )


def test_classes_of_the_protocols(tmp_path: Path) -> None:
    """Seven classes without neutral in the order of the labels 1 to 7; with the first frames eight, neutral first."""
    ckplus(tmp_path, ALL)
    seven = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")

    assert CARD.classes == seven == open_ckplus(tmp_path, "all", frames="last3").classes
    opened = open_ckplus(tmp_path, "all", frames="last3+neutral")
    assert opened.classes == ("neutral", *seven)
    assert [row.id for row in opened.rows if row.group == "S005"] == [
        f"S005_003_0000000{number}" for number in (1, 3, 4, 5)
    ]


def test_folders_as_they_are_unpacked(tmp_path: Path) -> None:
    """Archives unpack into folders of their own names; the rows are the same, one level below too."""
    rows = listing(ckplus(tmp_path / "plain", ALL))
    ckplus(tmp_path / "CK+", ALL)
    (tmp_path / "CK+" / "extended-cohn-kanade-images").mkdir()
    (tmp_path / "CK+" / "Emotion_labels").mkdir()
    (tmp_path / "CK+" / "cohn-kanade-images").rename(
        tmp_path / "CK+" / "extended-cohn-kanade-images" / "cohn-kanade-images"
    )
    (tmp_path / "CK+" / "Emotion").rename(tmp_path / "CK+" / "Emotion_labels" / "Emotion")

    assert listing(tmp_path) == rows


def test_copy_is_scored_under_the_same_ids(tmp_path: Path) -> None:
    """The copy of 48 by 48 pixels has the last three frames, under their official names."""
    ckplus(tmp_path / "release", ALL)
    ckplus_copy(tmp_path / "copies" / "CK+48", LABELLED)
    result = scored("ckplus", tmp_path / "copies", dataset_options={"frames": "last3"})

    assert Counter(result.predictions.labels) == dict.fromkeys(LABELLED.values(), 3)
    assert list(zip(result.predictions.ids, result.predictions.labels, strict=True)) == listing(
        tmp_path / "release", frames="last3"
    )
    assert listing(tmp_path / "copies") == listing(tmp_path / "release")
    assert result.record["layout"] == "class folders of cropped faces, frames last3"
    with pytest.raises(DataError, match="which the class folders of this copy do not hold"):
        open_ckplus(tmp_path / "copies", "all", frames="last3+neutral")


def test_folds_are_by_subject(tmp_path: Path) -> None:
    """Ten folds cover every subject once, and no subject stands in two; the group of a row is the subject."""
    sequences = {f"S{i:03d}/00{j}": "fear" for i in range(1, 13) for j in (1, 2)}
    ckplus(tmp_path, sequences, frames=1)
    folds = [{row.group for row in open_ckplus(tmp_path, "all", fold=str(k)).rows} for k in range(10)]

    assert folds[0] == {"S001", "S011"}
    assert folds[9] == {"S010"}
    assert sorted(subject for fold in folds for subject in fold) == [f"S{i:03d}" for i in range(1, 13)]
    assert open_ckplus(tmp_path, "all", fold="0").layout.endswith("fold 0 of 10 with 2 of 12 subjects")
    assert len(open_ckplus(tmp_path, "all", subject="S004").rows) == 2
    with pytest.raises(UsageError, match="A fold is a choice of subjects too"):
        open_ckplus(tmp_path, "all", subject="S004", fold="1")
    with pytest.raises(UsageError, match="fold is one of 0, 1, 2"):
        open_ckplus(tmp_path, "all", fold="10")


@pytest.mark.parametrize("text", ["0.0000000e+00", "8", "3.5", "happy", "", "nan", "inf"])
def test_label_outside_the_list_is_refused(tmp_path: Path, text: str) -> None:
    """No file says 0, and no number is rounded."""
    ckplus(tmp_path, ALL)
    write(tmp_path / "Emotion" / "S005" / "003" / "S005_003_00000005_emotion.txt", text)
    with pytest.raises(DataError, match=f"(?s)S005_003_00000005_emotion.txt.*'{text.replace('+', '.')}'; there are 1"):
        open_ckplus(tmp_path, "all")


def test_labels_without_their_frames_are_refused(tmp_path: Path) -> None:
    """A label names its peak frame and its sequence: both must be there."""
    ckplus(tmp_path, ALL)
    path = tmp_path / "cohn-kanade-images" / "S005" / "003" / "S005_003_00000005.png"
    path.rename(path.with_name("S005_003_00000006.png"))
    with pytest.raises(DataError, match="names the peak frame S005_003_00000005; the frames are S005_003_00000001"):
        open_ckplus(tmp_path, "all")
    write(tmp_path / "Emotion" / "S900" / "001" / "S900_001_00000003_emotion.txt", "3")
    with pytest.raises(DataError, match="1 sequences are not there: S900_001"):
        open_ckplus(tmp_path, "all")


def test_two_labels_for_one_sequence_are_refused(tmp_path: Path) -> None:
    """Which of two is meant is not guessed."""
    ckplus(tmp_path, ALL)
    write(tmp_path / "Emotion" / "S005" / "003" / "S005_003_00000004_emotion.txt", "3")
    with pytest.raises(DataError, match=r"There are 2: S005_003_00000004_emotion\.txt"):
        open_ckplus(tmp_path, "all")


def test_missing_labels(tmp_path: Path) -> None:
    """Frames without the folder of labels are no labelled set."""
    draw(tmp_path / "cohn-kanade-images" / "S005" / "001" / "S005_001_00000001.png", 1)
    with pytest.raises(DataNotFound, match="the folder Emotion with the labels is not"):
        open_ckplus(tmp_path, "all")


def test_short_sequence_is_refused(tmp_path: Path) -> None:
    """Fewer frames than asked for would quietly make a class smaller, or a peak frame neutral."""
    ckplus(tmp_path, ALL, frames=3)
    assert len(open_ckplus(tmp_path, "all", frames="last3").rows) == 21
    with pytest.raises(DataError, match="S005_003 has 3 frames where 4 are needed"):
        open_ckplus(tmp_path, "all", frames="last3+neutral")


def test_broken_copies_are_refused(tmp_path: Path) -> None:
    """Names that are no frames, a sequence in two classes, and a neutral folder that the release does not have."""
    ckplus_copy(tmp_path, LABELLED)
    strange = draw(tmp_path / "anger" / "face_1.png", 1)
    with pytest.raises(DataError, match=r"no frames such as S005_001_00000011\.png: face_1\.png"):
        open_ckplus(tmp_path, "all")
    strange.rename(tmp_path / "anger" / "S010_002_00000001.png")
    with pytest.raises(DataError, match="S010_002 lie in several classes: anger, sadness"):
        open_ckplus(tmp_path, "all")
    (tmp_path / "anger" / "S010_002_00000001.png").unlink()
    draw(tmp_path / "neutral" / "S010_002_00000001.png", 1)
    with pytest.raises(DataError, match="not of this set: neutral"):
        open_ckplus(tmp_path, "all")
