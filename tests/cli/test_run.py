"""`ferbench run`: one document, one drop-in file, one database."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import torch

from ferbench.cli.run import without_password
from ferbench.results import seal_of
from tests.cli.dropins import MEANS, MINE, dataset, model
from tests.drawing import folder_tree, rafdb_official

DOCUMENT = {
    *("schema_version", "run_id", "run_key", "seal", "status", "ranked", "not_ranked_because", "model", "weights"),
    *("dataset", "split", "n", "items_sha256", "pixels_sha256", "input", "classes", "class_order_source"),
    *("preprocess", "precision", "scores", "intervals", "cost", "environment"),
}
COST = {
    *("params_total", "params_trainable", "params_used", "macs", "flops", "latency_model_ms_p50"),
    *("latency_model_ms_p95", "latency_e2e_ms_p50", "images_per_s", "peak_mem_mib"),
}


def test_json_is_one_document_with_everything_that_makes_a_number_comparable(recorded):
    """All promised fields are there, with values, and the seal is that of the document."""
    document = recorded.document

    assert document.keys() >= DOCUMENT
    assert [name for name in COST if not document["cost"][name]] == []
    assert document["schema_version"] == 1
    assert (document["model"], document["dataset"], document["split"], document["n"]) == ("mine", "folder", "all", 24)
    assert (document["status"], document["ranked"], document["not_ranked_because"]) == ("complete", True, [])
    assert document["weights"]["name"] == "built-in"
    assert len(document["weights"]["sha256"]) == 64
    assert document["scores"]["strict"]["accuracy"] == pytest.approx(
        np.trace(np.array(document["matrices"][0]["values"])) / 24
    )
    low, high = document["intervals"]["strict"]["accuracy"]
    assert low < document["scores"]["strict"]["accuracy"] < high
    assert document["seal"] == seal_of(document)


def test_stdout_holds_nothing_but_the_document(recorded):
    """The tables and the note go to stderr, where no warning of a library stands."""
    assert recorded.done.out.startswith("{")
    assert recorded.done.out.endswith("}\n")
    assert recorded.document["run_id"][:8] in recorded.done.err
    assert "Warning" not in recorded.done.err


def test_the_drop_in_has_fifteen_lines(recorded):
    """The file that ran is a network and one hook in fifteen lines, none of them too long."""
    assert (recorded.terminal.folder / "mine.py").read_text(encoding="utf-8") == MINE
    assert len(MINE.splitlines()) <= 15
    assert max(map(len, MINE.splitlines())) <= 120
    assert MINE.count("@hookimpl") == 1
    assert recorded.document["plugin"]["name"] == "mine"


def test_a_path_and_a_url_name_the_same_database(recorded):
    """FERBENCH_DB takes both, and --db goes before it."""
    terminal, url = recorded.terminal, f"sqlite:///{recorded.terminal.database}"
    by_path = terminal.ferbench("runs", "--json")
    by_url = terminal.ferbench("runs", "--json", variables={"FERBENCH_DB": url})
    by_option = terminal.ferbench("runs", "--json", "--db", terminal.folder / "none.sqlite")

    assert [row["run_id"] for row in by_path.json["runs"]] == [recorded.document["run_id"]]
    assert by_url.json == by_path.json
    assert by_option.json["runs"] == []
    assert not (terminal.folder / "none.sqlite").exists()


def test_what_plugins_print_does_not_reach_stdout(terminal):
    """A data set and a network that print at every turn leave one document on stdout, and --no-record no database."""
    shouting = 'print("LOUD")\nsys.stdout.write("LOUD")\n'
    pictures = terminal.write(
        "pictures.py",
        dataset(opening=f"{shouting}return Pictures()", read=f"{shouting}return np.zeros((8, 8, 3), np.uint8)"),
    )
    mine = terminal.write(
        "mine.py", shouting.replace("sys", "__import__('sys')") + model(f"{shouting}return self.head(means)")
    )
    done = terminal.ferbench(
        *("run", "--plugin", pictures, "--plugin", mine, "--model", "mine", "--dataset", "pictures"),
        *("--json", "--no-record", "--no-timing"),
    )

    assert done.status == 0, done.err
    assert done.json["n"] == 6
    assert "LOUD" not in done.out
    assert "LOUD" in done.err
    assert not terminal.database.exists()


def test_a_run_without_metrics_is_recorded_shown_and_verified(call, monkeypatch, terminal, tree):
    """With no metric loaded there are predictions and no scores, which is nothing to fail at."""
    monkeypatch.setenv("FERBENCH_LOAD_PLUGINS", "datasets")
    plugin = terminal.write("means.py", model(MEANS))
    arguments = ("--plugin", plugin, "--model", "mine", "--dataset", "folder", "--data-root", tree, "--no-timing")
    done = call("run", *arguments)

    assert done.status == 0, done.err
    assert "mine on folder (all)" in done.out
    assert call("show").status == 0
    assert call("verify").status == 0


def test_names_that_are_no_text_do_not_break_the_document(call, terminal):
    """A data root in bytes that are no UTF-8, pictures with names from everywhere, long ones too, an ASCII terminal."""
    root, database, table = (terminal.folder / name for name in ("caf\udce9", "names.sqlite", "out.csv"))
    ids = [f"happy/{'ä' * 120}.jpg", 'sad/悲しい 🙁,"x\n".jpg']
    folder_tree(root, {"happy": 1, "sad": 1})
    for name in ids:
        (root / name).with_name("0000.jpg").rename(root / name)
    plugin = terminal.write("mine.py", MINE)
    arguments = ("--model", "mine", "--dataset", "folder", "--data-root", root, "--no-timing", "--metric", "accuracy")
    assert call("run", "--plugin", plugin, *arguments, "--db", database).status == 0
    shown = terminal.ferbench("show", "--json", "--db", database, variables={"PYTHONIOENCODING": "ascii"})
    exported = terminal.ferbench("predictions", "--out", table, "--db", database)

    assert shown.status == 0, shown.err
    assert shown.json["spec"]["data_root"] == str(root)
    assert exported.status == 0, exported.err
    assert [row["id"] for row in csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"), newline=""))] == ids


def test_configured_places_are_used(call, monkeypatch, terminal):
    """Data, weights and database of ferbench.toml, relative to it: the run goes through and is kept there."""
    rafdb_official(terminal.folder / "raf", {"test": {"fear": 2, "anger": 2}})
    torch.save({"head.weight": torch.eye(7)[:, :3], "head.bias": torch.zeros(7)}, terminal.folder / "w.pth")
    config = terminal.write(
        "configured.toml",
        '[data]\nrafdb = "raf"\n[weights]\n"mine.rafdb" = "w.pth"\n[leaderboard]\ndb = "configured.sqlite"\n',
    )
    plugin = terminal.write("trained.py", model(self_contained=False))
    monkeypatch.setenv("FERBENCH_CONFIG", str(config))
    monkeypatch.delenv("FERBENCH_DB")
    done = call("run", "--plugin", plugin, "--model", "mine", "--dataset", "rafdb", "--json", "--no-timing")

    assert done.status == 0, done.err
    assert done.json["weights"]["name"] == "w.pth"
    assert "not the official test split" in done.json["not_ranked_because"][0]
    with closing(sqlite3.connect(terminal.folder / "configured.sqlite")) as connection:
        assert connection.execute("SELECT run_id FROM run").fetchall() == [(done.json["run_id"],)]


def test_passwords_are_not_recorded():
    """The command line goes into a record that is passed on, without the password of a database."""
    assert without_password("--db=postgresql://me:secret@host/db") == "--db=postgresql://***@host/db"
    assert without_password("postgresql+psycopg://me:se/cr@t@host/db") == "postgresql+psycopg://***@host/db"
    assert without_password("folder/me@home.jpg") == "folder/me@home.jpg"


def test_limit_is_recorded_and_not_ranked(call, tmp_path):
    """Five of six images, evenly spread, and the reason for which there is no rank."""
    plugin, pictures = tmp_path / "mine.py", tmp_path / "pictures.py"
    plugin.write_text(MINE, encoding="utf-8")
    pictures.write_text(dataset(), encoding="utf-8")
    done = call(
        *("run", "--plugin", plugin, "--plugin", pictures, "--model", "mine", "--dataset", "pictures"),
        *("--limit", "5", "--no-timing", "--json"),
    )

    assert done.status == 0
    assert done.json["n"] == 5
    assert done.json["not_ranked_because"] == ["only 5 of 6 images (--limit)"]
