"""`ferbench score` and `ferbench verify`: from the stored predictions alone, without torch and without the pictures."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zlib
from contextlib import closing

import numpy as np
import pytest

from ferbench.canonical import canonical_json, sha256_text
from ferbench.leaderboard.store import Leaderboard
from tests.cli.dropins import MEANS, metric, model
from tests.drawing import folder_tree


@pytest.fixture(scope="module")
def without_torch(recorded):
    """The command line in a process in which `import torch` fails; the pictures are deleted already."""
    terminal, shim = recorded.terminal, recorded.terminal.folder / "shim"
    shim.mkdir()
    (shim / "torch.py").write_text("raise ImportError('there is no torch here')", encoding="utf-8")
    variables = {"PYTHONPATH": str(shim)}
    assert "there is no torch here" in terminal.python("import torch", **variables).err
    assert not (terminal.folder / "tree").exists()
    return lambda *arguments: terminal.ferbench(*arguments, variables=variables)


def test_score_needs_neither_torch_nor_pictures(recorded, without_torch):
    """The stored predictions give the scores of the run again, to the last digit."""
    done = without_torch("score", "latest", "--metric", "uar", "--metric", "recall", "--json")
    scores = {row["metric"]: row for row in done.json["scores"]}

    assert done.status == 0, done.err
    assert done.json["run_id"] == recorded.document["run_id"]
    assert {name: row["value"] for name, row in scores.items()} == {
        name: value
        for name, value in recorded.document["scores"]["strict"].items()
        if name == "uar" or name.startswith("recall/")
    }
    assert scores["uar"]["n"] == 24


def test_verify_needs_neither_torch_nor_pictures(without_torch):
    """A run that nobody touched passes every check."""
    done = without_torch("verify", "latest", "--json")

    assert done.status == 0, done.err
    assert done.json["verified"]
    assert {check["name"] for check in done.json["checks"]} == {
        "seal", "predictions", "correctness bits", "pixels", "core", "score table", "metrics",
        "items", "input", "run and cost tables", "not withdrawn",
    }  # fmt: skip


@pytest.fixture
def copy(recorded, tmp_path):
    """A copy of the recorded run's database, to be changed."""
    return shutil.copy(recorded.terminal.database, tmp_path / "copy.sqlite")


def change(path, statement, *values):
    """Run one statement on a database, as somebody with a database browser would."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(statement, values).rowcount > 0
        connection.commit()


def improved_outputs(path):
    """The stored outputs with one logit raised, as a blob of the right form."""
    emotion = Leaderboard(path).predictions("latest").emotion.copy()
    emotion[0, 0] += 100
    buffer = io.BytesIO()
    np.savez_compressed(buffer, emotion=emotion)
    return buffer.getvalue()


def relabelled_manifest(path, **changes):
    """The stored test set with other fields."""
    with closing(sqlite3.connect(path)) as connection:
        (blob,) = connection.execute("SELECT manifest FROM test_set").fetchone()
    return zlib.compress(json.dumps({**json.loads(zlib.decompress(blob)), **changes}).encode())


def resealed(path, **changes):
    """The stored record with other fields, and the seal that fits it."""
    with closing(sqlite3.connect(path)) as connection:
        (text,) = connection.execute("SELECT record FROM run").fetchone()
    text = canonical_json({**json.loads(text), **changes})
    return text, sha256_text(text)


SCORES = {
    "a better score": "UPDATE score SET value = 0.99 WHERE metric = 'accuracy'",
    "a narrower interval": "UPDATE score SET low = low + 0.01 WHERE metric = 'accuracy'",
    "another n": "UPDATE score SET n = 25 WHERE metric = 'accuracy'",
    "a deleted score": "DELETE FROM score WHERE metric = 'uar'",
    "a changed record": "UPDATE run SET record = replace(record, '\"n\":24', '\"n\":25')",
    "a record of nothing": "UPDATE run SET record = '{}'",
    "no record": "UPDATE run SET record = 'gone'",
    "other bits": "UPDATE correctness SET correct = x'ffffff'",
    "bits of another length": "UPDATE correctness SET correct = x'ff'",
    "no outputs": "UPDATE prediction SET outputs = x'00'",
    "no manifest": "UPDATE test_set SET manifest = x'00'",
    "no predictions": "DELETE FROM prediction",
}


@pytest.mark.parametrize("statement", SCORES.values(), ids=SCORES)
def test_a_changed_row_fails(call, copy, statement):
    """Whatever was changed in a row of the run, in its record or in its predictions: exit 1, and the reason."""
    change(copy, statement)
    done = call("verify", "--db", copy, "--json")

    assert done.status == 1, done.err
    assert not done.json["verified"]
    assert [check for check in done.json["checks"] if not check["passed"]]


def test_changed_predictions_fail(call, copy):
    """Outputs of the right form with one better answer are not the ones that were sealed."""
    change(copy, "UPDATE prediction SET outputs = ?", improved_outputs(copy))
    failed = {check["name"] for check in call("verify", "--db", copy, "--json").json["checks"] if not check["passed"]}

    assert {"predictions", "core", "metrics"} <= failed


@pytest.mark.parametrize("changes", [{"labels": ["neutral"] * 24}, {"digests": ["0"] * 24}])
def test_a_changed_test_set_fails(call, copy, changes):
    """Other labels, or other pictures than those that were read."""
    change(copy, "UPDATE test_set SET manifest = ?", relabelled_manifest(copy, **changes))
    done = call("verify", "--db", copy, "--json")

    assert done.status == 1
    assert "pixels" in {check["name"] for check in done.json["checks"] if not check["passed"]}


@pytest.mark.parametrize(
    "changes", [{"scores": {}}, {"scores": []}, {"dataset_classes": ["fear"]}, {"classes": None}, {"run_key": 1}]
)
def test_a_new_seal_does_not_help(call, copy, changes):
    """A record that was changed and sealed again contradicts its predictions and scores, and is no bug of ours."""
    change(copy, "UPDATE run SET record = ?, seal = ?", *resealed(copy, **changes))

    assert call("verify", "--db", copy).status == 1


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE score SET value = 0.99 WHERE metric = 'accuracy'", "the score table differs from the record"),
        ("UPDATE run SET record = replace(record, '\"n\":24', '\"n\":25')", "broken seal"),
    ],
)
def test_the_board_takes_the_rank_of_a_changed_run(call, copy, statement, reason):
    """A changed score or record is still shown, without a rank and with the reason."""
    change(copy, statement)
    (row,) = call("leaderboard", "--dataset", "folder", "--db", copy, "--json").json["rows"]

    assert row["rank"] is None
    assert reason in row["reasons"]


def test_show_says_that_a_seal_is_broken(call, copy):
    """Whoever looks at a changed run is told."""
    change(copy, "UPDATE run SET record = replace(record, '\"n\":24', '\"n\":25')")
    done = call("show", "--db", copy)

    assert done.status == 0
    assert "seal of this run is broken" in done.err


def test_a_metric_of_a_plugin_is_computed_on_old_runs(call, recorded, tmp_path):
    """A metric that did not exist when the run was made needs no second inference."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(metric("print('LOUD')\nreturn float(answers.correct.sum())", name="hits"), encoding="utf-8")
    done = call("score", "--plugin", plugin, "--metric", "hits", "--db", recorded.terminal.database, "--json")

    assert done.status == 0, done.err
    assert done.json["scores"][0]["value"] == recorded.document["scores"]["strict"]["accuracy"] * 24


BROKEN_METRICS = {
    "raises": metric("return 1 / 0"),
    "gives text": metric("return 'much'"),
    "gives too many": metric("return [0.5, 0.5]"),
    "gives too few": metric("return [0.5]", shape="per_class"),
    "ends the process": metric("raise SystemExit(1)"),
}


@pytest.mark.parametrize("source", BROKEN_METRICS.values(), ids=BROKEN_METRICS)
def test_a_broken_metric_is_the_fault_of_its_plugin(call, recorded, tmp_path, source):
    """A metric that raises, or gives something else than its card says: exit 2, plugin and metric named."""
    plugin = tmp_path / "theirs.py"
    plugin.write_text(source, encoding="utf-8")
    done = call("score", "--plugin", plugin, "--metric", "mine", "--db", recorded.terminal.database)

    assert done.status == 2
    assert "The metric 'mine' was to be computed." in done.err
    assert "Plugin 'theirs'" in done.err
    assert "Traceback" not in done.err


def test_a_broken_metric_that_nobody_asked_for_spares_the_others(call, recorded, tmp_path):
    """All metrics are shown but the broken one, which is named on stderr."""
    plugin = tmp_path / "theirs.py"
    plugin.write_text(BROKEN_METRICS["raises"], encoding="utf-8")
    done = call("score", "--plugin", plugin, "--json", "--db", recorded.terminal.database)

    assert done.status == 0
    assert "warning: without mine: Plugin 'theirs'" in done.err
    assert {"accuracy", "uar"} <= {row["metric"] for row in done.json["scores"]}


def test_a_metric_of_two_plugins_is_named(call, recorded, tmp_path):
    """No run has it, and whoever loads both plugins hears so."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(metric("return 0.5"), encoding="utf-8")
    plugins = ("--plugin", tmp_path / "one.py", "--plugin", tmp_path / "two.py")
    done = call("score", *plugins, "--db", recorded.terminal.database)

    assert done.status == 0
    assert "warning: the metric 'mine' is left out of runs, since several plugins give it: one, two" in done.err


def test_the_line_of_a_broken_plugin_is_named(call, recorded, tmp_path):
    """Its author gets file and line instead of a traceback through ferbench."""
    plugin = tmp_path / "theirs.py"
    plugin.write_text(metric("return 1 / 0"), encoding="utf-8")
    done = call("score", "--plugin", plugin, "--metric", "mine", "--db", recorded.terminal.database)

    assert f"raised ZeroDivisionError in line 6 of {plugin}: division by zero" in done.err


@pytest.fixture
def tabled(call, tmp_path):
    """A run on a table with an attribute column, in classes of which the data set lacks one."""
    folder_tree(tmp_path / "tree", {"happy": 4, "sad": 4})
    lines = [f"tree/{name}/{i:04d}.jpg,{name},{'fm'[i % 2]}" for name in ("happy", "sad") for i in range(4)]
    lines[-1] = lines[-1].removesuffix("m")
    (tmp_path / "table.csv").write_text("\n".join(["path,label,gender", *lines]), encoding="utf-8")
    (tmp_path / "mine.py").write_text(model(MEANS), encoding="utf-8")
    done = call(
        *("run", "--plugin", tmp_path / "mine.py", "--model", "mine", "--class-order", "happy,sad,fear"),
        *("--dataset", "table", "--data-root", tmp_path / "table.csv", "--no-timing"),
    )
    assert done.status == 0, done.err
    return done


def test_scores_by_attribute_add_up(call, tabled):
    """One row a value, class and label mode; the parts give the whole, less the picture that has no value."""
    by = call("score", "--by", "gender", "--metric", "support", "--json").json["scores"]
    strict = [row for row in by if row["label_mode"] == "strict"]

    assert {row["slice"] for row in by} == {"gender=f", "gender=m"}
    assert {row["label_mode"] for row in by} == {"strict", "mask"}
    assert sum(row["value"] for row in strict) == 7
    assert [row["n"] for row in strict] == [row["value"] for row in strict]


def test_an_unknown_attribute_names_the_known_ones(call, tabled):
    """Exit 2 and the columns that there are."""
    done = call("score", "--by", "age")

    assert done.status == 2
    assert "there are: gender" in done.err


def test_the_report_for_people_shows_both_label_modes(tabled):
    """With a class that the data set lacks, strict and mask stand side by side, with their own intervals."""
    heading = next(line for line in tabled.out.splitlines() if "strict" in line)

    assert "mask (95 % interval)" in heading
    assert "mine on table (all)" in tabled.out
