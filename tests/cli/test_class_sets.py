"""Class sets that differ: eight classes on seven, seven on a set without neutral, the classes that both share."""

from __future__ import annotations

import pytest

from tests.cli.dropins import model
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
#: Contempt for pictures that are bright on the left, and anger next; else happiness. Of AffectNet's eight classes.
CONTEMPTUOUS = """\
bright = images[:, :, :, :4].mean((1, 2, 3)) > images[:, :, :, 4:].mean((1, 2, 3))
answers = torch.zeros(len(images), 8)
answers[:, 7], answers[:, 6], answers[:, 1] = 3.0 * bright, 2.0 * bright, 1.0
return answers"""
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


@pytest.fixture
def contemptuous(tmp_path):
    """A drop-in with eight classes that often says contempt."""
    path = tmp_path / "mine.py"
    path.write_text(model(CONTEMPTUOUS), encoding="utf-8")
    return "--model", "mine", "--plugin", path, "--class-order", "affectnet8", "--no-timing"


def test_answers_that_the_set_lacks_are_named_and_numbered(call, contemptuous, tmp_path):
    """How many are contempt, in JSON and in the table: wrong in mode strict, the next best answer in mode mask."""
    root = rafdb_official(tmp_path / "rafdb", {"test": dict.fromkeys(RAFDB_CLASSES, 3)})
    asked = (*contemptuous, "--dataset", "rafdb", "--data-root", root)
    text, record = " ".join(call("run", *asked).out.split()), call("run", *asked, "--json").json
    strict, mask = (item for item in record["matrices"] if item["metric"] == "confusion_matrix")

    foreign = sum(row[strict["columns"].index("contempt")] for row in strict["values"])
    assert 0 < foreign < 21
    assert record["foreign_answers"] == {"contempt": foreign}
    assert record["dataset_classes"] == list(RAFDB_CLASSES) == strict["rows"] == mask["rows"] == mask["columns"]
    anger = RAFDB_CLASSES.index("anger")
    assert sum(row[anger] for row in mask["values"]) == foreign
    assert f"│ classes scored │ 7: {', '.join(RAFDB_CLASSES)} │" in text
    assert f"│ foreign answers │ {foreign:.0f} of contempt: no class of the data set, so wrong in mode strict" in text
    why = f"which are no classes of rafdb: wrong in mode strict, not looked at in mode mask: {foreign:.0f} contempt"
    assert sum(why in warning for warning in record["warnings"]) == 1
    assert text.count(why) == 1


def test_a_model_with_the_classes_of_the_set_has_no_foreign_answers(call, faces):
    """Nothing is said of classes that nobody lacks."""
    record = call("run", *RANDOM, "--dataset", "ckplus", "--data-root", faces, "--class-order", "ckplus", "--json").json

    assert (record["foreign_answers"], record["left_out"]) == ({}, {})
    assert "foreign answers" not in call("show", "latest").out


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
    assert "│ classes scored │ 6: anger, disgust, fear, happiness, sadness, surprise │" in text
    assert "│ left out │ 2 images of contempt: the model has no such output │" in text
    assert f"│ foreign answers │ {record['foreign_answers']['neutral']} of neutral: no class of the data set" in text
    assert "│ images │ 4 │" in text
    assert any("2 of contempt" in warning for warning in record["warnings"])
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
