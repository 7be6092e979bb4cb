"""Class sets that differ: eight classes on seven, seven on a set without neutral, the classes that both share."""

from __future__ import annotations

import pytest

from tests.drawing import RAFDB_CLASSES, rafdb_official
from tests.drawing_sets import ckplus

#: A year of CK+ in small: no neutral, but contempt.
CKPLUS = {
    "S005/001": "anger",
    "S005/002": "contempt",
    "S010/001": "contempt",
    "S010/002": "happiness",
    "S011/001": "surprise",
    "S011/002": "sadness",
}
SEVEN = ",".join(RAFDB_CLASSES)
RANDOM = ("--model", "tiny_cnn", "--weights", "random", "--no-timing")


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    """A drawn CK+ of six sequences."""
    root = tmp_path_factory.mktemp("ckplus")
    ckplus(root, CKPLUS)
    return root


def test_eight_classes_on_seven_are_scored_in_both_modes(call, tmp_path):
    """Contempt is wrong in mode strict, and not looked at in mode mask; every image is scored in both."""
    root = rafdb_official(tmp_path / "rafdb", {"test": dict.fromkeys(RAFDB_CLASSES, 3)})
    asked = (*RANDOM, "--dataset", "rafdb", "--data-root", root, "--class-order", "affectnet8", "--json")

    record = call("run", *asked).json

    assert set(record["scores"]) == {"strict", "mask"}
    assert record["left_out"] == {}
    assert record["n"] == 21
    matrix = next(item for item in record["matrices"] if item["label_mode"] == "strict")
    assert "contempt" in matrix["columns"]
    assert "contempt" not in matrix["rows"]


def test_a_model_without_a_class_of_the_set_is_refused(call, faces):
    """Images that could never be answered right are no test, and the way out is named."""
    done = call("run", *RANDOM, "--dataset", "ckplus", "--data-root", faces, "--class-order", SEVEN)

    assert done.status == 5
    assert "contempt" in done.err
    assert "--classes shared" in done.err


def test_shared_classes_leave_the_others_out_by_name_and_number(call, faces):
    """Two of contempt are left out, four images are scored, the model's neutral is a wrong answer in mode strict."""
    asked = (*RANDOM, "--dataset", "ckplus", "--data-root", faces, "--class-order", SEVEN, "--classes", "shared")

    done = call("run", *asked)
    record = call("run", *asked, "--json").json

    assert record["left_out"] == {"contempt": 2}
    assert record["n"] == 4
    assert "contempt" not in record["dataset_classes"]
    assert {"strict", "mask"} == set(record["scores"])
    text = " ".join(done.out.split())
    assert "left out, because the model does not know their class: 2 of contempt" in text


def test_shared_classes_stand_on_a_board_of_their_own(call, faces):
    """The number of fewer images is never compared with that of all of them."""
    here = ("--dataset", "ckplus", "--data-root", faces)
    call("run", *RANDOM, *here)
    call("run", *RANDOM, *here, "--class-order", SEVEN, "--classes", "shared")

    rows = call("leaderboard", "--json").json["rows"]

    assert sorted(row["n"] for row in rows) == [4, 6]
    assert len({row["items_sha256"] for row in rows}) == 2


def test_shared_changes_nothing_where_the_model_knows_all(call, faces):
    """The same run_key: the option names what is evaluated, not how."""
    here = (*RANDOM, "--dataset", "ckplus", "--data-root", faces, "--json")

    assert call("run", *here).json["run_key"] == call("run", *here, "--classes", "shared").json["run_key"]
