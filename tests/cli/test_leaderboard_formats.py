"""`ferbench leaderboard --format`: one document on stdout, for every kind of reader."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from ferbench.leaderboard.store import Leaderboard
from tests.cli.terminal import Terminal
from tests.leaderboard.building import build_result

DOCUMENTS = ("md", "csv", "json", "html", "latex")
HEAVY = ("torch", "pandas", "sklearn", "scipy", "alembic", "plotly")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Two ranked runs and one that is not, on one test set, and one run on another."""
    path = tmp_path_factory.mktemp("boards") / "board.sqlite"
    leaderboard = Leaderboard(path)
    leaderboard.record(build_result(1, accuracy=0.5, input="unknown-3f2a"))
    leaderboard.record(build_result(2, accuracy=0.9))
    leaderboard.record(build_result(3, ranked=False, not_ranked_because=["random weights"]))
    leaderboard.record(build_result(4, n=20, dataset="ferplus"))
    return path


@pytest.mark.parametrize("form", DOCUMENTS)
def test_stdout_holds_the_document_alone(call, database, form):
    """Every format is written to stdout, with all rows, and nothing is said beside it."""
    done = call("leaderboard", "--format", form, "--db", database)

    assert (done.status, done.err) == (0, "")
    assert all(name.replace("_", sign) in done.out for name in ("model_1", "model_4") for sign in sign_of(form))
    assert "random weights" in done.out
    assert done.out.endswith("\n")


def sign_of(form):
    """How a format writes an underscore."""
    return (r"\_",) if form in {"md", "latex"} else ("_",)


def test_csv_has_all_boards_in_one_table(call, database):
    """One line a run, with what makes it comparable, and numbers as they are stored."""
    out = call("leaderboard", "--format", "csv", "--db", database).out
    rows = list(csv.DictReader(io.StringIO(out, newline="")))

    assert [(row["dataset"], row["model"], row["rank"]) for row in rows] == [
        ("ferplus", "model_4", "1"),
        ("rafdb", "model_2", "1"),
        ("rafdb", "model_1", "2"),
        ("rafdb", "model_3", ""),
    ]
    assert [float(rows[1][name]) for name in ("accuracy", "accuracy_low", "macs")] == [0.9, 0.85, 8.4e9]
    assert rows[3]["not_ranked_because"] == "random weights"
    assert {len(row["items_sha256"]) for row in rows} == {64}


def test_json_is_the_same_by_both_names(call, database):
    """`--json` is short for `--format json`; boards come with their notes, rows with what their interval lacks."""
    short, long = (call("leaderboard", *how, "--db", database) for how in (["--json"], ["--format", "json"]))
    board = short.json["boards"][1]

    assert short.out == long.out
    assert short.json["schema_version"] == 1
    assert (board["dataset"], board["mixed_inputs"], len(short.json["rows"])) == ("rafdb", True, 4)
    assert any("different pixels" in note for note in board["notes"])
    assert {row["interval_excludes_selection"] for row in short.json["rows"]} == {True}


def test_json_and_another_format_contradict_each_other(call, database):
    """Two documents do not go to one stdout: exit 2."""
    done = call("leaderboard", "--json", "--format", "csv", "--db", database)

    assert (done.status, done.out) == (2, "")
    assert "--format csv" in done.err


def test_documents_have_as_many_rows_as_are_asked_for(call, database):
    """`--top` holds for documents, too, and the document says what it leaves out."""
    done = call("leaderboard", "--dataset", "rafdb", "--format", "md", "--top", 1, "--db", database)

    assert r"model\_2" in done.out
    assert r"model\_1" not in done.out
    assert "Rows left out" in done.out


def test_documents_have_no_colours(database, tmp_path):
    """Not even where colours are forced upon everything."""
    terminal = Terminal(tmp_path)
    variables = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TTY_COMPATIBLE": "1"}
    done = terminal.ferbench("leaderboard", "--format", "md", "--db", database, variables=variables)

    assert done.status == 0
    assert "\x1b" not in done.out


def test_a_full_disk_is_an_error_and_no_bug(database, tmp_path):
    """Exit 4 with what the system says, when the document cannot be written."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = Terminal(tmp_path).ferbench("leaderboard", "--format", "csv", "--db", database, stdout=full)

    assert done.status == 4
    assert "written to stdout" in done.err


def test_no_format_imports_what_is_heavy(database, tmp_path):
    """No format imports torch, pandas and their like, and HTML alone needs the library of templates."""
    code = """\
import contextlib, io, json, sys
from ferbench.cli.app import status_of
found = {{}}
for form in {forms}:
    with contextlib.redirect_stdout(io.StringIO()):
        status = status_of(["leaderboard", "--format", form, "--db", {database!r}])
    found[form] = [status, sorted(set({heavy}) & set(sys.modules))]
print(json.dumps(found))
"""
    forms = ("table", *(form for form in DOCUMENTS if form != "html"), "html")
    done = Terminal(tmp_path).python(code.format(forms=forms, database=str(database), heavy=(*HEAVY, "jinja2")))

    assert done.err == ""
    assert json.loads(done.out) == {form: [0, ["jinja2"] if form == "html" else []] for form in forms}
