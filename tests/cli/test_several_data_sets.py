"""One model over several data sets, and the table of all of them."""

from __future__ import annotations

import json

import pytest

from tests.drawing import RAFDB_CLASSES, rafdb_official
from tests.drawing_sets import miniature

WEIGHTS = ("--weights", "tiny_cnn.synthetic")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder whose configuration names a drawn RAF-DB and a drawn JAFFE."""
    rafdb_official(tmp_path / "rafdb", {"test": dict.fromkeys(RAFDB_CLASSES, 2)})
    miniature("jaffe", tmp_path / "jaffe")
    (tmp_path / "ferbench.toml").write_text('[data]\nrafdb = "rafdb"\njaffe = "jaffe"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FERBENCH_DATA", raising=False)
    monkeypatch.delenv("FERBENCH_CONFIG", raising=False)
    return tmp_path


def run(call, *asked):
    return call("run", "--model", "tiny_cnn", "--no-timing", *asked)


def test_two_sets_are_two_runs_of_the_same_weights(call, here):
    """One document, one record a set, in the order in which they were asked for."""
    done = run(call, *WEIGHTS, "--dataset", "jaffe", "--dataset", "rafdb", "--json")

    runs = done.json["runs"]
    assert done.status == 0, done.err
    assert [record["dataset"] for record in runs] == ["jaffe", "rafdb"]
    assert len({record["weights"]["sha256"] for record in runs}) == 1
    assert done.json["not_evaluated"] == []


def test_named_weights_keep_their_own_class_order(call, here):
    """On another data set the outputs still mean what they were trained to mean."""
    (record,) = [run(call, *WEIGHTS, "--dataset", "rafdb", "--json").json]

    assert record["weights"]["name"] == "tiny_cnn.synthetic"
    assert record["classes"][-1] == "contempt"
    assert record["class_order_source"].startswith("released weights tiny_cnn.synthetic")


def test_all_are_those_whose_folders_are_known(call, here):
    """The configured ones, and the drawn faces, which need no folder; nothing else is tried."""
    done = run(call, *WEIGHTS, "--dataset", "all", "--limit", "8", "--json")

    assert {record["dataset"] for record in done.json["runs"]} == {"rafdb", "jaffe", "synthetic"}


def test_what_one_set_lacks_does_not_stop_the_others(call, here):
    """A set that is not here is named, the other is evaluated and recorded, and the command says 3."""
    done = run(call, *WEIGHTS, "--dataset", "caers", "--dataset", "rafdb", "--json")

    assert done.status == 3
    assert [record["dataset"] for record in done.json["runs"]] == ["rafdb"]
    assert [failure["dataset"] for failure in done.json["not_evaluated"]] == ["caers"]
    assert len(call("runs", "--json").json["runs"]) == 1


def test_nothing_evaluated_is_the_first_error(call, here):
    """When no set is here, the command ends as it does for one."""
    done = run(call, *WEIGHTS, "--dataset", "caers", "--dataset", "sfew")

    assert done.status == 4
    assert "CAER-S" in done.err


def test_a_misspelt_name_stops_everything_at_once(call, here):
    """Nothing is evaluated before all names are known."""
    done = run(call, *WEIGHTS, "--dataset", "rafdb", "--dataset", "jafe")

    assert done.status == 2
    assert "'jaffe'" in done.err
    assert call("runs", "--json").json["runs"] == []


@pytest.mark.parametrize("option", [("--data-root", "x"), ("--dataset-option", "a=b")])
def test_options_of_one_set_are_refused_for_several(call, here, option):
    """A folder cannot be that of two sets."""
    done = run(call, *WEIGHTS, "--dataset", "jaffe", "--dataset", "rafdb", *option)

    assert done.status == 2
    assert "belong to one data set" in done.err


def test_the_matrix_has_a_column_a_test_set(call, here):
    """After runs on two sets that may be ranked, one row of the model with a value for each."""
    run(call, *WEIGHTS, "--dataset", "jaffe", "--dataset", "synthetic")

    table = call("matrix", "--json").json
    text = call("matrix").out

    (entry,) = table["entries"]
    assert [board["dataset"] for board in table["boards"]] == ["jaffe", "synthetic"]
    assert all(0 <= cell["value"] <= 1 for cell in entry["cells"])
    assert "jaffe" in text
    assert "tiny_cnn" in text


def test_the_matrix_of_an_empty_board_says_how_to_begin(call):
    """No table without runs."""
    done = call("matrix")

    assert done.status == 0
    assert "ferbench run" in done.err
    assert json.loads(call("matrix", "--json").out)["entries"] == []
