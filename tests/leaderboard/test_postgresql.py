"""The same leaderboard on a PostgreSQL server, where one is given: FERBENCH_TEST_POSTGRESQL=postgresql://USER@HOST/."""

from __future__ import annotations

import os
import subprocess
import uuid

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

from ferbench.errors import LeaderboardError
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.schema import METADATA
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import AFFECTNET8, build_result
from tests.leaderboard.earlier import schema_of
from tests.leaderboard.processes import finished, start

SERVER = os.environ.get("FERBENCH_TEST_POSTGRESQL")  # read before the tests' clean environment forgets it

pytestmark = pytest.mark.skipif(not SERVER, reason="no PostgreSQL server is named in FERBENCH_TEST_POSTGRESQL")


@pytest.fixture
def url():
    """A database of its own on the server, which is dropped afterwards."""
    server, name = make_url(SERVER).set(drivername="postgresql+psycopg"), f"ferbench_test_{uuid.uuid4().hex}"
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name}"))
    engine.dispose()


def test_a_run_comes_back_unchanged(url):
    """Record, predictions, correctness and test set are read as they were recorded, undecodable names included."""
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    result = build_result(1, n=77, classes=AFFECTNET8, failures={"test_0000": name}, model=name)
    board = Leaderboard(url)
    assert board.runs() == []

    board.record(result)

    assert board.record_of("latest") == result.record
    assert board.predictions("latest").sha256() == result.predictions.sha256()
    assert board.correct("latest").mean() == result.record["scores"]["strict"]["accuracy"]
    assert board.test_set("latest") == result.test_set
    with pytest.raises(LeaderboardError, match="recorded already"):
        board.record(result)


def test_boards_are_the_same(url, board):
    """Boards, lists and withdrawals are those that an SQLite file with the same runs gives."""
    there = Leaderboard(url)
    for leaderboard in (board, there):
        for seed in range(4):
            leaderboard.record(build_result(seed, classes=AFFECTNET8))
        leaderboard.invalidate(build_result(2).run_id, "wrong weights")

    assert boards(there) == boards(board)
    assert boards(there, label_mode="mask") == boards(board, label_mode="mask")
    assert there.runs() == board.runs()
    assert there.frame().equals(board.frame())


def test_migrations_make_the_schema_of_the_package(url):
    """After all migrations the database and `schema.METADATA` do not differ."""
    board = Leaderboard(url)
    board.prepare()

    with board.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_database_of_an_earlier_release(url, revision):
    """Its runs are there after the migration, with predictions and board, and the schema is that of the package."""
    results = [build_result(seed) for seed in range(3)]
    schema_of(revision, url, results)
    board = Leaderboard(url)
    board.prepare()

    assert {run.run_id for run in board.runs()} == {result.run_id for result in results}
    assert board.predictions(results[1].run_id).sha256() == results[1].predictions.sha256()
    assert board.correct(results[1].run_id).mean() == results[1].record["scores"]["strict"]["accuracy"]
    assert len(boards(board)) == 1
    with board.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_processes_writing_at_once_lose_nothing(url):
    """Two processes that both must create the tables record all of their runs."""
    writers = [start(f"record_many({url!r}, {first}, 10)", stdin=subprocess.PIPE) for first in (100, 200)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        finished(writer)

    assert len(Leaderboard(url).runs()) == 20
