"""The database of a run: refused before anything is computed, clean after Ctrl-C, shared by runs at one time."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from ferbench.leaderboard.store import Leaderboard
from tests.cli.dropins import model
from tests.cli.terminal import Terminal, ended

_NOBODY = 65534
MARK = "Path('begun').touch()"


def corrupt(path):
    """A file that is no database."""
    path.write_bytes(b"this is no database" * 100)


def damaged(path):
    """A leaderboard with its pages overwritten."""
    Leaderboard(path).prepare()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 20_000)


def newer(path):
    """A leaderboard of a ferbench that is not written yet."""
    Leaderboard(path).prepare()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def foreign(path):
    """A database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def folder(path):
    """A folder where the file should be."""
    path.mkdir()


REFUSED = {
    corrupt: "not an SQLite database",
    damaged: "database",
    newer: "upgrade ferbench",
    foreign: "songs",
    folder: "It is a folder",
}


@pytest.mark.parametrize("spoil", REFUSED)
def test_a_database_that_cannot_be_used_is_refused_before_inference(call, tree, terminal, monkeypatch, tmp_path, spoil):
    """Exit 4, the file named, and no network was built."""
    monkeypatch.chdir(tmp_path)
    spoil(tmp_path / "spoilt.sqlite")
    plugin = terminal.write("marking.py", model(build=f"{MARK}\nreturn Network(num_classes)"))
    arguments = ("--plugin", plugin, "--model", "mine", "--dataset", "folder", "--data-root", tree)
    done = call("run", *arguments, "--db", tmp_path / "spoilt.sqlite")

    assert done.status == 4
    assert REFUSED[spoil] in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "begun").exists()


def test_a_database_that_breaks_during_a_run_does_not_take_the_numbers_along(call, tree, terminal):
    """Exit 4 with the report on stderr: what was computed is shown where it cannot be kept."""
    forward = "Path(os.environ['FERBENCH_DB']).write_bytes(bytes(9000))\nreturn self.head(means)"
    plugin = terminal.write("breaking.py", model(forward))
    arguments = ("--plugin", plugin, "--model", "mine", "--dataset", "folder", "--data-root", tree)
    done = call("run", *arguments, "--no-timing", "--metric", "accuracy", "--json")

    assert done.status == 4
    assert done.out == ""
    assert "│ accuracy" in done.err
    assert "was to be written" in done.err


@pytest.fixture
def public():
    """A terminal in a folder that everybody may look into; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Terminal(Path(name))


WITHOUT_RIGHTS = """\
import os
from ferbench.cli.app import main, status_of
run = "run --plugin marking.py --model mine --dataset folder --data-root tree".split()
# What is imported on the way must be there before the rights are gone.
assert status_of([*run, "--metric", "none", "--db", "other.sqlite"]) == 2
assert status_of(["runs"]) == 0
if os.geteuid() == 0:  # permissions do not apply to root
    os.setgroups([])
    os.setgid({nobody})
    os.setuid({nobody})
print("WITHOUT RIGHTS", flush=True)
main({arguments})
"""


@pytest.mark.parametrize(("arguments", "status"), [("run", 4), ("['runs', '--json']", 0)])
def test_a_read_only_database_is_refused_before_inference(public, tree, arguments, status):
    """Exit 4 for somebody who may read and not write, and no network was built; looking at it is allowed."""
    Leaderboard(public.database).prepare()
    public.write("marking.py", model(build=f"{MARK}\nreturn Network(num_classes)"))
    shutil.copytree(tree, public.folder / "tree")
    public.database.chmod(0o444)
    # Without its variables coverage does not try to write as nobody.
    variables = {"COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
    done = public.python(WITHOUT_RIGHTS.format(nobody=_NOBODY, arguments=arguments), **variables)

    assert done.status == status, done.err
    assert "WITHOUT RIGHTS" in done.out
    assert ("--db or FERBENCH_DB" in done.err) == (status == 4)
    assert not (public.folder / "begun").exists()


@pytest.fixture(scope="module")
def interrupted(terminal, tree):
    """A run that was stopped with Ctrl-C while its network was at work."""
    terminal.write("slow.py", model("Path('begun').touch()\ntime.sleep(60)\nreturn self.head(means)"))
    arguments = ("--plugin", "slow.py", "--model", "mine", "--dataset", "folder", "--data-root", tree)
    process = terminal.start("run", *arguments, "--batch-size", "4", "--json")
    begun, deadline = terminal.folder / "begun", time.monotonic() + 60
    while not begun.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert begun.exists()
    process.send_signal(signal.SIGINT)
    return ended(process)


def test_control_c_ends_a_run_without_a_trace(terminal, interrupted):
    """Exit 130 at once, one line instead of a traceback, no document, no run, no lock left behind."""
    assert interrupted.status == 130, interrupted.err
    assert interrupted.err.splitlines() == [
        "Interrupted. A run is recorded only when it is finished; the same command goes on where it stopped."
    ]
    assert interrupted.out == ""
    assert terminal.ferbench("runs", "--json").json["runs"] == []
    with closing(sqlite3.connect(terminal.database, timeout=0)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.execute("BEGIN IMMEDIATE")


def test_two_runs_at_one_time_are_both_kept_after_that(terminal, tree, interrupted):
    """The database that was interrupted takes two runs of two processes, one given its path and one its URL."""
    url = f"sqlite:///{terminal.database}"
    processes = []
    for name, variables in (("one", {}), ("two", {"FERBENCH_DB": url})):
        plugin = terminal.write(f"{name}.py", model(name=name))
        arguments = ("--plugin", plugin, "--model", name, "--dataset", "folder", "--data-root", tree, "--no-timing")
        processes.append(terminal.start("run", *arguments, "--metric", "accuracy", variables=variables))
    done = [ended(process) for process in processes]

    assert [item.status for item in done] == [0, 0], [item.err for item in done]
    rows = terminal.ferbench("leaderboard", "--dataset", "folder", "--json").json["rows"]
    assert {row["model"] for row in rows} == {"one", "two"}
    assert len({row["items_sha256"] for row in rows}) == 1
    assert all(row["ranked"] for row in rows)
