"""A database on a file system that several machines share: no WAL, and nothing lost.

The file system that the tests write to is taken for such a one; everything else is real.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from ferbench.errors import LeaderboardError
from ferbench.leaderboard import file_systems, sqlite_files
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result
from tests.leaderboard.processes import as_on_a_network, finished, start
from tests.leaderboard.test_concurrency import row_counts


@pytest.fixture
def on_a_network(tmp_path, monkeypatch):
    """The disk of the tests is one that several machines share."""
    if not file_systems.type_at(tmp_path):
        pytest.skip("this system does not say where files lie")
    monkeypatch.setattr(file_systems, "NETWORK", file_systems.NETWORK)
    as_on_a_network(str(tmp_path))


def journal_mode(path):
    """How a file says that it is written."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


@pytest.mark.usefixtures("on_a_network")
def test_a_new_database_has_no_wal(path):
    """It is written with a rollback journal, of which nothing stays, and every commit is on the disk."""
    board = Leaderboard(path)
    board.record(build_result(1))

    with board.database.writing() as connection:
        wanted = {"journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "busy_timeout": 30_000}
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted
    assert [run.model for run in board.runs()] == ["model_1"]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_database_moves_between_kinds_of_disks(path, monkeypatch):
    """A file in WAL mode loses it with the first write on a network disk, gets it back elsewhere, keeps its runs."""
    Leaderboard(path).record(build_result(1))
    assert journal_mode(path) == "wal"

    with monkeypatch.context() as patch:
        patch.setattr(file_systems, "NETWORK", {file_systems.type_at(path)})
        assert len(Leaderboard(path).runs()) == 1
        Leaderboard(path).record(build_result(2))
        assert journal_mode(path) == "delete"

    Leaderboard(path).record(build_result(3))
    assert journal_mode(path) == "wal"
    assert row_counts(path)["run"] == 3


@pytest.mark.usefixtures("on_a_network")
def test_a_wal_that_somebody_uses_is_not_written_to(path, monkeypatch):
    """While another connection is in the WAL nothing is written, since its machine would not see that; then it is."""
    monkeypatch.setattr(sqlite_files, "BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE bookmarks (id)")
        other.execute("SELECT * FROM bookmarks").fetchall()
        with pytest.raises(LeaderboardError, match="Another process has locked it"):
            Leaderboard(path).prepare()
        other.execute("DROP TABLE bookmarks")

    Leaderboard(path).record(build_result(1))
    assert journal_mode(path) == "delete"


def test_a_file_in_wal_mode_is_changed_over_where_no_memory_is_shared(board, path):
    """Some network disks know no shared memory, without which SQLite cannot open a WAL: it is left all the same."""
    board.record(build_result(1))
    call = f"as_on_a_network({str(path.parent)!r}); use_a_full_disk({str(path)!r})"
    before, refusal, after = finished(start(call)).splitlines()

    assert before == after == "['model_1']"
    assert "disk" in refusal
    assert journal_mode(path) == "delete"


@pytest.mark.parametrize("before", ["wal", "delete", "none"])
def test_four_processes_lose_nothing_there(path, migrated, before):
    """Forty runs of four processes are all there, on a new file, on one in WAL mode, on one without."""
    if before != "none":
        shutil.copy(migrated, path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA journal_mode = {before}")
    firsts = (100, 200, 300, 400)
    there = f"as_on_a_network({str(path.parent)!r})"
    calls = [f"{there}; record_many({str(path)!r}, {first}, 10)" for first in firsts]
    writers = [start(call, stdin=subprocess.PIPE) for call in calls]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        finished(writer)

    board = Leaderboard(path)
    assert {run.model for run in board.runs()} == {f"model_{first + step}" for first in firsts for step in range(10)}
    assert all(board.seal_holds(run.run_id) for run in board.runs())
    counts = row_counts(path)
    assert (counts["run"], counts["prediction"], counts["test_set"]) == (40, 40, 1)
    assert journal_mode(path) == "delete"


@pytest.mark.usefixtures("on_a_network")
def test_who_may_only_read_waits_for_a_writer_there(path, monkeypatch):
    """Without rights, too, a file that has no WAL is read under its lock: somebody may be writing it this moment."""
    Leaderboard(path).record(build_result(1))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert len(Leaderboard(path).runs()) == 1

    monkeypatch.setattr(sqlite_files, "BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LeaderboardError, match="Another process has locked it"):
            Leaderboard(path).runs()


def test_the_user_is_told_where_it_matters(path, monkeypatch):
    """One line that names the file, the file system and what to do; nothing for a local disk or for PostgreSQL."""
    monkeypatch.setattr(file_systems, "type_at", lambda _: "ext4")
    assert Leaderboard(path).database.caution == ""

    monkeypatch.setattr(file_systems, "type_at", lambda _: "nfs4")
    said = Leaderboard(path).database.caution
    assert "\n" not in said
    assert all(text in said for text in (str(path), "(nfs4)", "WAL", "--db FILE", "postgresql://"))
    assert Leaderboard("postgresql://me@host/db").database.caution == ""


def test_local_commits_are_on_the_disk_too(board):
    """A WAL is synchronised at every commit, or a power failure could take the last runs with it."""
    with board.database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
