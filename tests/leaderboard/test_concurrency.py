"""Processes that write at once lose nothing, and a process that ends in the middle leaves nothing behind."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest

from ferbench.leaderboard.schema import METADATA
from tests.leaderboard.building import build_result
from tests.leaderboard.processes import finished, start


def row_counts(path):
    """Rows by table, after SQLite has checked the whole file."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in METADATA.tables}


@pytest.mark.parametrize("fresh", [True, False], ids=["no database yet", "a database"])
def test_two_processes_writing_at_once_lose_nothing(board, path, fresh):
    """Forty runs from two processes are all there, complete, also when both must create the database."""
    if fresh:
        path.unlink()
    calls = [f"record_many({str(path)!r}, {first}, 20)" for first in (100, 200)]
    writers = [start(call, stdin=subprocess.PIPE) for call in calls]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        finished(writer)

    seeds = [*range(100, 120), *range(200, 220)]
    assert {run.model for run in board.runs()} == {f"model_{seed}" for seed in seeds}
    assert all(board.seal_holds(run.run_id) for run in board.runs())
    for seed in seeds[::13]:
        result = build_result(seed, n=20)
        assert board.predictions(result.run_id).sha256() == result.predictions.sha256()
        assert len(board.scores(result.run_id)) == len(result.scores)
    assert row_counts(path)["test_set"] == 1


def test_a_process_waits_while_another_makes_the_database(board, path):
    """A file whose journal mode cannot be set yet, since another process is making it, is waited for."""
    path.unlink()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: (other.rollback(), other.close()))
    release.start()

    board.record(build_result(1))

    release.join()
    assert row_counts(path)["run"] == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
@pytest.mark.parametrize("statement", ["INSERT INTO run", "INSERT INTO prediction", "INSERT INTO score"])
def test_a_process_that_ends_while_it_records_leaves_nothing(board, path, end, statement):
    """Killed or interrupted in the middle of a record, the database holds the runs before it and is not locked."""
    board.record(build_result(1))
    before = row_counts(path)
    process = start(f"record_and_stop_after({str(path)!r}, {statement!r}, 7)")
    assert process.stdout.readline() == "in the middle\n"
    process.send_signal(end)
    process.communicate(timeout=60)

    assert process.returncode != 0
    assert row_counts(path) == before
    board.record(build_result(7))
    assert [run.model for run in board.runs()] == ["model_7", "model_1"]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_process_that_ends_while_it_creates_the_database_leaves_none(board, path, end):
    """A half-made database is none: it reads as empty, and the next run makes it."""
    path.unlink()
    process = start(f"record_and_stop_after({str(path)!r}, 'CREATE TABLE run', 7)")
    assert process.stdout.readline() == "in the middle\n"
    process.send_signal(end)
    process.communicate(timeout=60)

    assert process.returncode != 0
    assert board.runs() == []
    board.record(build_result(7))
    assert row_counts(path)["run"] == 1
