"""`ferbench predictions`: the stored outputs as a table, exactly."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ferbench.leaderboard.store import Leaderboard

CLASSES = ("neutral", "happiness", "sadness")


@pytest.fixture(scope="module")
def rows(recorded):
    """The rows of the file that `--out` writes."""
    path = recorded.terminal.folder / "out.csv"
    done = recorded.terminal.ferbench("predictions", recorded.document["run_id"], "--out", path)
    assert (done.status, done.out) == (0, ""), done.err
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_columns_are_id_label_prediction_and_one_for_each_class(rows, recorded):
    """Logits stand under canonical names, in the model's order."""
    assert list(rows[0]) == ["id", "label", "prediction", *[f"logit_{name}" for name in recorded.document["classes"]]]
    assert tuple(recorded.document["classes"]) == CLASSES


def test_floats_come_back_bit_for_bit(rows, recorded):
    """Nine digits give every float32 back, and the prediction is the largest of them."""
    stored = Leaderboard(recorded.terminal.database).predictions("latest")
    read = np.array([[float(row[f"logit_{name}"]) for name in CLASSES] for row in rows], dtype=np.float32)

    assert np.array_equal(read, stored.emotion)
    assert [row["prediction"] for row in rows] == [CLASSES[best] for best in read.argmax(axis=1)]
    assert [row["label"] for row in rows] == list(stored.labels)


def test_ids_are_relative_paths_and_no_formulas(rows):
    """An id below the root, with an apostrophe before what a spreadsheet would run."""
    assert [row["id"] for row in rows][:9] == [*[f"'-sad/{i:04d}.jpg" for i in range(8)], "happy/0000.jpg"]


def test_without_out_the_table_goes_to_stdout(recorded, rows):
    """The same table, and nothing else, for the next program in a pipe."""
    done = recorded.terminal.ferbench("predictions")

    assert list(csv.DictReader(io.StringIO(done.out, newline=""))) == rows
    assert done.err == ""


@pytest.mark.parametrize("out", ["no/such/folder/out.csv", "."])
def test_a_place_that_cannot_be_written_to_is_named(call, recorded, out):
    """A missing folder, or a folder instead of a file: exit 4 and the words of the system."""
    done = call("predictions", "--out", out, "--db", recorded.terminal.database)

    assert done.status == 4
    assert f"to {out}." in done.err
    assert "The system says" in done.err
