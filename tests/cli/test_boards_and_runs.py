"""`ferbench leaderboard`, `runs`, `show` and `invalidate`."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def copy(recorded, tmp_path):
    """A copy of the recorded run's database, to be changed."""
    return shutil.copy(recorded.terminal.database, tmp_path / "copy.sqlite")


def test_the_board_lists_model_rank_and_scores(recorded):
    """One row with what is promised, and the identity of its board."""
    done = recorded.terminal.ferbench("leaderboard", "--dataset", "folder", "--json")
    (row,) = done.json["rows"]

    assert done.err == ""
    assert (row["model"], row["ranked"], row["rank"]) == ("mine", True, 1)
    assert row["scores"]["accuracy"] == recorded.document["scores"]["strict"]["accuracy"]
    assert row["items_sha256"] == recorded.document["items_sha256"]
    assert row["n"] == 24


def test_another_data_set_has_no_rows(recorded):
    """Nothing is an empty list for programs, and a way to begin for people."""
    nothing = recorded.terminal.ferbench("leaderboard", "--dataset", "rafdb", "--json")
    said = recorded.terminal.ferbench("leaderboard", "--dataset", "rafdb")

    assert (nothing.status, nothing.json["rows"]) == (0, [])
    assert (said.status, said.out) == (0, "")
    assert "ferbench run" in said.err


def test_the_board_for_people_has_the_number(recorded):
    """Accuracy in percent with its interval, in a table as wide as it needs."""
    done = recorded.terminal.ferbench("leaderboard")
    (line,) = [line for line in done.out.splitlines() if "│ mine" in line]

    assert f"{100 * recorded.document['scores']['strict']['accuracy']:.2f}" in line
    assert "…" not in done.out


def test_runs_lists_what_is_recorded(recorded):
    """Every run with its state; a filter that fits nothing gives nothing."""
    terminal = recorded.terminal
    (row,) = terminal.ferbench("runs", "--json").json["runs"]

    assert (row["run_id"], row["status"], row["ranked"]) == (recorded.document["run_id"], "complete", True)
    assert row["run_id"][:8] in terminal.ferbench("runs").out
    assert terminal.ferbench("runs", "--model", "other", "--json").json["runs"] == []


def test_show_gives_the_document_of_the_run(recorded):
    """What `run --json` printed comes back, and that nobody withdrew it."""
    done = recorded.terminal.ferbench("show", recorded.document["run_id"][:8], "--json")

    assert done.json == {**recorded.document, "invalidated": None}


def test_show_for_people_names_what_makes_it_comparable(recorded):
    """Weights, class order, preprocessing, items: all that another lab must have equal."""
    out = recorded.terminal.ferbench("show").out

    for text in ("mine on folder (all)", "neutral, happiness, sadness (assumed)", "8x8", "run_key"):
        assert text in out
    assert recorded.document["items_sha256"][:16] in out
    assert "the class order is assumed" in out


def test_a_withdrawn_run_loses_its_rank_and_keeps_its_reason(call, copy, recorded):
    """A withdrawal takes the rank; board, list and show say why; a second time is refused."""
    run_id = recorded.document["run_id"]
    done = call("invalidate", run_id[:8], "--reason", "trained on the [bold]test set", "--db", copy)
    again = call("invalidate", run_id[:8], "--reason", "twice", "--db", copy)
    (row,) = call("leaderboard", "--json", "--db", copy).json["rows"]
    shown = call("show", "--json", "--db", copy).json

    assert (done.status, done.out) == (0, "")
    assert again.status == 2
    assert row["rank"] is None
    assert row["invalidated"] == "trained on the [bold]test set"
    assert shown["invalidated"]["reason"] == "trained on the [bold]test set"
    assert "trained on the [bold]test set" in call("show", "--db", copy).out
    assert "trained on the [bold]test set" in call("leaderboard", "--db", copy).out.replace("\n", " ")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_withdrawal_needs_a_reason(call, copy, reason):
    """Without a reason nothing is withdrawn."""
    assert call("invalidate", "latest", "--reason", reason, "--db", copy).status == 2
    assert call("leaderboard", "--json", "--db", copy).json["rows"][0]["rank"] == 1


@pytest.mark.parametrize("command", ["show", "predictions", "score", "verify"])
def test_unknown_runs_are_refused(call, copy, command):
    """Exit 2 with what to do, for an id that no run has."""
    done = call(command, "ffffffff", "--db", copy)

    assert done.status == 2
    assert "ferbench runs" in done.err


def test_an_empty_leaderboard_is_empty(call, tmp_path):
    """Looking at a database that is not there yet shows nothing and makes nothing."""
    missing = tmp_path / "none" / "board.sqlite"

    assert call("runs", "--json", "--db", missing).json["runs"] == []
    assert call("leaderboard", "--json", "--db", missing).json["rows"] == []
    assert call("show", "--db", missing).status == 2
    assert not missing.parent.exists()
