"""FERPlus by a list of the user, and RAN's lists of hard test pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.ferplus.opening import open_ferplus
from tests.drawing_fer import FERPLUS_CLASSES, ferplus_folders, ferplus_tables

if TYPE_CHECKING:
    from pathlib import Path

#: Two training pictures, one of validation, four of test.
LINES = [
    ("Training", "fer0000000.png", "0,10,0,0,0,0,0,0,0,0"),
    ("Training", "fer0000001.png", "6,0,1,1,0,0,0,0,2,0"),
    ("PublicTest", "fer0028638.png", "4,0,0,0,1,0,0,4,1,0"),
    ("PrivateTest", "fer0032220.png", "0,0,0,0,2,1,0,7,0,0"),
    ("PrivateTest", "fer0032222.png", "3,0,0,5,0,0,0,0,2,0"),
    ("PrivateTest", "fer0032223.png", "6,0,1,2,0,0,0,0,1,0"),
    ("PrivateTest", "fer0032224.png", "0,0,4,0,1,2,3,0,0,0"),
]
RAN_TEST = "7/fer0032220 6\n3/fer0032222 6\n2/fer0032224 6\n"
LABELS = {"fer0032220": "contempt", "fer0032222": "sadness", "fer0032224": "surprise"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """FERPlus as two tables."""
    return ferplus_tables(tmp_path / "FERPlus", LINES)


def by_list(root: Path, text: str, split: str = "test", **options: str) -> dict[str, str]:
    """Id -> label of a split by a list with this text."""
    path = root.parent / "mine.txt"
    path.write_bytes(text.encode())
    opened = open_ferplus(root, split, label_rule="list", list=str(path), **options)
    assert ", label rule list mine.txt, " in opened.layout
    return {row.id: row.label for row in opened.rows}


@pytest.mark.parametrize(
    "text",
    [
        RAN_TEST,
        "\ufeff" + RAN_TEST.replace("\n", "\r\n") + "\r\n",
        "fer0032220.png 7\nfer0032222.png\t3\nfer0032224.png,2",
        "FER2013Test/fer0032220.png, Contempt\nFER2013Test/fer0032222.png, sad\nFER2013Test/fer0032224.png, Surprise",
        "7/fer0032220.jpg\n3/FER0032222.jpg\n02/fer0032224.jpg",
        "7\\fer0032220 7\n3\\fer0032222 3\n2\\fer0032224 2",
    ],
)
def test_lists_in_the_forms_that_circulate(root: Path, text: str) -> None:
    """In RAN's lists the folder is the label, and the 6 behind the name a number of crops."""
    assert by_list(root, text) == LABELS


def test_list_decides_and_votes_stay(root: Path) -> None:
    """Pictures and labels are those of the list, the soft labels those of the raters."""
    path = root / "mine.txt"
    path.write_text("fer0032224 6\nfer0032223 7")
    rows = open_ferplus(root, "test", label_rule="list", list=str(path)).rows

    assert [(row.id, row.label) for row in rows] == [("fer0032223", "contempt"), ("fer0032224", "fear")]
    assert rows[1].soft_label == dict.fromkeys(FERPLUS_CLASSES, 0) | {
        "surprise": 0.4,
        "anger": 0.1,
        "disgust": 0.2,
        "fear": 0.3,
    }
    assert by_list(root, RAN_TEST, num_classes="7") == {"fer0032222": "sadness", "fer0032224": "surprise"}


def test_training_list_may_hold_validation_pictures(root: Path, tmp_path: Path) -> None:
    """The lists that circulate merge the two; no other split mixes."""
    merged = "1/fer0000000 6\n7/fer0028638 6"
    wanted = {"fer0000000": "happiness", "fer0028638": "contempt"}
    folders = ferplus_folders(tmp_path / "folders", LINES)

    assert by_list(root, merged, "train") == by_list(folders, merged, "train") == wanted
    for split, line in (("valid", 1), ("test", 1)):
        with pytest.raises(DataError, match=f"Line {line} names fer0000000, which is no picture of"):
            by_list(root, merged, split)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "It is empty"),
        ("fer0032220.png\n", "Line 1 has no label; there are 0 neutral"),
        ("fer0032220.png 8\n", "Line 1 has the label '8'; there are 0 neutral"),
        ("fer0032220.png joy\nfer0032222.png calm\n", "Line 2 has the label 'calm'"),
        ("test_0001.jpg 3\n", "Line 1 is 'test_0001.jpg 3', not a picture of FERPlus"),
        ("1_fer0032220.png 8 0\n", "Line 1 is '1_fer0032220.png 8 0'"),
        ("fer0032220 7\nfer0032220 7\n", "fer0032220 stands there twice: line 1 and line 2"),
        ("7/fer0032220 7\n3/fer0032222 1\n", "Line 2 has the folder 3 and the label 1"),
        ("fer0099999 7\n", "Line 1 names fer0099999, which is no picture of PrivateTest"),
        (f"fer0032220 {'9' * 5000}\n", "Line 1 has the label '999"),
    ],
)
def test_broken_lists_are_refused(root: Path, text: str, message: str) -> None:
    """The message names file, line and value."""
    with pytest.raises(DataError, match=f"(?s)mine.txt.*{message}"):
        by_list(root, text)


def test_list_that_is_not_there_or_no_file(root: Path) -> None:
    """The system's own words are passed on."""
    for path, message in ((root / "none.txt", "No such file"), (root, "Is a directory")):
        with pytest.raises(DataError, match=message):
            open_ferplus(root, "test", label_rule="list", list=str(path))


def ran_lists(folder: Path) -> Path:
    """RAN's three lists for the test pictures; one of them labels a picture that the majority does not keep."""
    folder.mkdir(parents=True)
    (folder / "jianfei_occlusion_list.txt").write_text("3_fer0032222.png 8 2\n7_fer0032220.png 8 3\n")
    (folder / "pose_30_ferplus_list.txt").write_text("0/fer0032223.jpg\r\n7/fer0032220.jpg\r\n")
    (folder / "pose_45_ferplus_list.txt").write_text("0/fer0032223.jpg\n")
    return folder


def test_hard_subsets_are_attributes(root: Path, tmp_path: Path) -> None:
    """Found in the data root or named by the option; what a rule leaves out is in no subset, and the layout says it."""
    ran_lists(tmp_path / "copy" / "FERplus_dir")
    for options in ({"ran_lists": str(tmp_path / "copy")}, {}):
        opened = open_ferplus(root, "test", num_classes="7", label_rule="argmax8", **options)
        assert {row.id: tuple(row.attributes.values()) for row in opened.rows} == {
            "fer0032222": ("occluded", "other", "other"),
            "fer0032223": ("none", "over30", "over45"),
            "fer0032224": ("none", "other", "other"),
        }
        assert list(opened.rows[0].attributes) == ["occlusion", "pose30", "pose45"]
        assert opened.layout.endswith(
            "; RAN's jianfei_occlusion_list.txt (1 of 2), pose_30_ferplus_list.txt (1 of 2), "
            "pose_45_ferplus_list.txt (1 of 1)"
        )
        ran_lists(root / "FERplus_dir") if options else None
    assert all(row.attributes == {} for row in open_ferplus(root, "train").rows)


def test_broken_hard_subsets_are_refused(root: Path) -> None:
    """A picture that is none of PrivateTest, a line of another form, a folder without lists, another split."""
    folder = ran_lists(root / "FERplus_dir")
    (folder / "pose_45_ferplus_list.txt").write_text("0/fer0000001.jpg\n")
    with pytest.raises(DataError, match=r"(?s)pose_45_ferplus_list.txt.*1 are none of it: fer0000001"):
        open_ferplus(root, "test")
    (folder / "pose_45_ferplus_list.txt").write_text("fer0032223.jpg\n")
    with pytest.raises(DataError, match=r"Line 1 is 'fer0032223.jpg'"):
        open_ferplus(root, "test")
    with pytest.raises(DataNotFound, match=r"jianfei_occlusion_list\.txt"):
        open_ferplus(root, "test", ran_lists=str(root.parent))
    with pytest.raises(UsageError, match="for the split train"):
        open_ferplus(root, "train", ran_lists=str(root))
