"""Aff-Wild2: a label for each frame of a video, and pictures where a face was found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.affwild2.opening import open_affwild2
from tests.drawing_sets import AFFWILD2_HEADER, affwild2, draw, scored, write

if TYPE_CHECKING:
    from pathlib import Path

VIDEOS = {"1-30-1280x720": [0, 1, 2, 3], "video7_left": [4, 5, -1, 6, 7], "video7_right": [-1, -1]}
CLASSES = ("neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other")
ANNOTATIONS = "annotations/EXPR_Classification_Challenge/Validation_Set"


def test_labelled_frames_are_scored(tmp_path: Path) -> None:
    """A row for each frame with a label, by number from 1; frames labelled -1 are counted in the layout."""
    affwild2(tmp_path, VIDEOS)
    result = scored("affwild2", tmp_path, class_order="affwild2")

    assert Counter(result.predictions.labels) == dict.fromkeys(CLASSES, 1)
    assert list(zip(result.predictions.ids, result.predictions.labels, strict=True)) == [
        ("1-30-1280x720/00001", "neutral"),
        ("1-30-1280x720/00002", "anger"),
        ("1-30-1280x720/00003", "disgust"),
        ("1-30-1280x720/00004", "fear"),
        ("video7_left/00001", "happiness"),
        ("video7_left/00002", "sadness"),
        ("video7_left/00004", "surprise"),
        ("video7_left/00005", "other"),
    ]
    assert result.record["layout"] == (
        "EXPR_Classification_Challenge/Validation_Set, cropped_aligned/; "
        "3 frames labelled -1 left out, 0 labelled frames without a picture count as wrong"
    )


def test_frame_without_a_picture_counts_as_wrong(tmp_path: Path) -> None:
    """Where no face was found the frame stays a row, is listed, counts as wrong, and the run is not ranked."""
    affwild2(tmp_path, VIDEOS, unseen=["1-30-1280x720/00002", "video7_left/00003"])
    result = scored("affwild2", tmp_path, class_order="affwild2")

    assert result.predictions.failures == {
        "1-30-1280x720/00002": "unreadable: FileNotFoundError: the frame has a label and no cropped picture"
    }
    assert len(result.predictions.ids) == 8
    assert "1 of 8 images without an answer" in result.record["not_ranked_because"]
    assert "1 labelled frames without a picture count as wrong" in result.record["layout"]
    anger = next(score for score in result.scores if score.metric == "accuracy" and score.slice == "all")
    assert anger.n == 8


def test_items_do_not_depend_on_the_pictures(tmp_path: Path) -> None:
    """Two crops of the videos, one with more faces found, are the same test set."""
    whole = open_affwild2(affwild2(tmp_path / "a", VIDEOS), "val")
    less = open_affwild2(affwild2(tmp_path / "b", VIDEOS, unseen=["video7_left/00001"]), "val")

    assert [(row.id, row.label) for row in whole.rows] == [(row.id, row.label) for row in less.rows]
    assert whole.read(whole.rows[4]).startswith(b"\xff\xd8")
    with pytest.raises(OSError, match="no cropped picture"):
        less.read(less.rows[4])


def test_two_people_of_one_video_are_one_group(tmp_path: Path) -> None:
    """The group of a row is the video."""
    affwild2(tmp_path, VIDEOS | {"video7_right": [0]})

    assert {row.id.partition("/")[0]: row.group for row in open_affwild2(tmp_path, "val").rows} == {
        "1-30-1280x720": "1-30-1280x720",
        "video7_left": "video7",
        "video7_right": "video7",
    }


@pytest.mark.parametrize(
    "place",
    [
        "EXPR_Classification_Challenge",
        "6th_ABAW_Annotations/EXPR_Recognition_Challenge",
        "3rd ABAW Annotations/Third ABAW Annotations/EXPR_Classification_Challenge",
    ],
)
def test_annotations_are_found_where_they_unpack(tmp_path: Path, place: str) -> None:
    """The folder of the challenge has had several names; so have those above it."""
    affwild2(tmp_path, {"v": [1]}, split="Train_Set")
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "annotations" / "EXPR_Classification_Challenge").rename(tmp_path / place)
    opened = open_affwild2(tmp_path, "train")

    assert [(row.id, row.label) for row in opened.rows] == [("v/00001", "anger")]
    assert opened.classes == CLASSES
    with pytest.raises(DataNotFound, match="no folder Validation_Set"):
        open_affwild2(tmp_path, "val")


def test_annotations_of_two_challenges_are_refused(tmp_path: Path) -> None:
    """They differ from year to year; which is meant is not guessed."""
    affwild2(tmp_path, VIDEOS)
    write(tmp_path / "5th_ABAW_Annotations" / "EXPR_Classification_Challenge" / "Validation_Set" / "v.txt", "")
    with pytest.raises(DataError, match="Several folders hold them"):
        open_affwild2(tmp_path, "val")


@pytest.mark.parametrize(
    "header",
    [
        "Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise",
        "Neutral,Happiness,Disgust,Fear,Anger,Sadness,Surprise,Other",
        "valence,arousal",
        "0",
    ],
)
def test_other_headers_are_refused(tmp_path: Path, header: str) -> None:
    """Seven classes, another order, another challenge, no header at all."""
    affwild2(tmp_path, VIDEOS)
    write(tmp_path / ANNOTATIONS / "video7_left.txt", f"{header}\n0\n1\n")
    with pytest.raises(DataError, match=f"(?s)video7_left.txt.*The first line is '{header}'"):
        open_affwild2(tmp_path, "val")


@pytest.mark.parametrize("label", ["8", "-5", "happy", "1.0", "1,2"])
def test_line_that_is_no_label_is_refused(tmp_path: Path, label: str) -> None:
    """The message has file, line and value."""
    affwild2(tmp_path, VIDEOS)
    write(tmp_path / ANNOTATIONS / "video7_left.txt", f"{AFFWILD2_HEADER}\n0\n{label}\n")
    with pytest.raises(DataError, match=f"(?s)video7_left.txt.*Line 3 is '{label}'; there are -1 for none, 0 neutral"):
        open_affwild2(tmp_path, "val")


def test_line_ends_and_blank_lines_do_not_shift_frames(tmp_path: Path) -> None:
    """The number of a frame is that of its line; CRLF and a byte order mark change nothing."""
    affwild2(tmp_path, {"v": [0, 0, 3]})
    (tmp_path / ANNOTATIONS / "v.txt").write_bytes(b"\xef\xbb\xbf" + f"{AFFWILD2_HEADER}\r\n0\r\n\r\n3\r\n".encode())

    assert [(row.id, row.label) for row in open_affwild2(tmp_path, "val").rows] == [
        ("v/00001", "neutral"),
        ("v/00003", "fear"),
    ]


def test_video_without_any_picture_is_refused(tmp_path: Path) -> None:
    """A whole video is missing where a batch was not unpacked, not where a detector failed."""
    affwild2(tmp_path, VIDEOS)
    (tmp_path / "cropped_aligned" / "video7_left").rename(tmp_path / "cropped_aligned" / "other")
    with pytest.raises(DataError, match="1 of 3 videos have no folder of pictures: video7_left"):
        open_affwild2(tmp_path, "val")


def test_missing_pictures_and_files(tmp_path: Path) -> None:
    """Annotations alone are no set, and neither is an empty folder of them."""
    write(tmp_path / ANNOTATIONS / "v.txt", f"{AFFWILD2_HEADER}\n0\n")
    with pytest.raises(DataNotFound, match="the folder cropped_aligned is not"):
        open_affwild2(tmp_path, "val")
    draw(tmp_path / "cropped_aligned" / "v" / "00001.jpg", 1)
    (tmp_path / ANNOTATIONS / "v.txt").unlink()
    with pytest.raises(DataError, match=r"Validation_Set holds no \.txt files"):
        open_affwild2(tmp_path, "val")
