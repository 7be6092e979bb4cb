"""A database that cannot be opened, read or written says why, and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from ferbench.errors import LeaderboardError, UnknownName
from ferbench.leaderboard import sqlite_files
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result
from tests.leaderboard.processes import finished, start


def refused(use, *found):
    """The refusal of a use, which has three parts and says all of `found`."""
    with pytest.raises(LeaderboardError) as refusal:
        use()
    for text in found:
        assert text in str(refusal.value)
    assert all((refusal.value.asked, refusal.value.found, refusal.value.todo))
    return refusal.value


@pytest.mark.parametrize("make", [lambda _: None, Path.touch], ids=["missing", "empty file"])
def test_a_missing_database_reads_as_an_empty_one(path, make):
    """Reading where no database is finds no runs, and creates nothing."""
    make(path)
    board, before = Leaderboard(path), sorted(path.parent.iterdir())

    assert board.runs() == []
    assert boards(board) == []
    assert board.frame().empty
    with pytest.raises(UnknownName):
        board.run_id("latest")

    assert sorted(path.parent.iterdir()) == before
    assert all(file.stat().st_size == 0 for file in before)


def test_the_first_run_creates_the_database(tmp_path):
    """Folder and database are made by the first write, and nothing else lies there afterwards."""
    board = Leaderboard(tmp_path / "new" / "folder" / "board.sqlite")

    board.record(build_result(1))

    assert len(board.runs()) == 1
    assert [file.name for file in (tmp_path / "new" / "folder").iterdir()] == ["board.sqlite"]


def test_preparing_makes_a_database_without_runs(path):
    """A database can be made before the first run, and made again without harm."""
    board = Leaderboard(path)
    board.prepare()
    board.record(build_result(1))
    board.prepare()

    assert len(board.runs()) == 1


def test_connections_have_their_pragmas(board):
    """Foreign keys are enforced, the journal is a WAL, and a writer waits up to 30 s for another."""
    wanted = {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 30_000, "trusted_schema": 0}
    for transaction in (board.database.reading, board.database.writing):
        with transaction() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted


def test_foreign_keys_hold(board):
    """A score of a run that is not there is refused."""

    def write():
        with board.database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO invalidation VALUES ('nobody', 'now', 'because')")

    refused(write, "FOREIGN KEY constraint failed")


def test_readers_do_not_wait_for_a_writer(board):
    """While a run is being written, others read the state before it."""
    board.record(build_result(1))
    other = Leaderboard(board.database.path)

    with board.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO invalidation SELECT run_id, 'now', 'because' FROM run")
        assert other.invalidation_of("latest") is None

    assert other.invalidation_of("latest").reason == "because"


def test_a_writer_that_waits_too_long_says_so(board, monkeypatch):
    """A database that stays locked is named as such."""
    monkeypatch.setattr(sqlite_files, "BUSY_TIMEOUT_S", 0.05)

    with board.database.writing():
        refused(lambda: Leaderboard(board.database.path).record(build_result(1)), "locked", "Wait for that process")


def test_a_folder_is_no_database(tmp_path):
    """A folder given as database is refused with a file name that would do."""
    refused(lambda: Leaderboard(tmp_path), "It is a folder", str(tmp_path / "leaderboard.sqlite"))


def test_a_file_is_no_folder(tmp_path):
    """A database below a file is refused when it is written."""
    (tmp_path / "file").write_text("hello")
    board = Leaderboard(tmp_path / "file" / "board.sqlite")

    assert board.runs() == []
    refused(lambda: board.record(build_result(1)), str(tmp_path / "file"))


@pytest.mark.parametrize("content", [b"hello, world\n" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_of_another_kind_is_refused(path, content):
    """A file that is no database is refused, and left as it is."""
    path.write_bytes(content)

    refused(Leaderboard(path).runs, "not an SQLite database", str(path))
    refused(lambda: Leaderboard(path).record(build_result(1)), "not an SQLite database", str(path))
    assert path.read_bytes() == content


def uses(board):
    """Everything that reads all of a board."""
    board.runs()
    boards(board)
    board.predictions("latest")
    board.scores("latest")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_called_damaged(board, path, keep):
    """A database that lost its end is called damaged as soon as what is missing is read."""
    for seed in range(3):
        board.record(build_result(seed, n=3000))
    os.truncate(path, int(path.stat().st_size * keep))

    refused(lambda: uses(board), "The file is damaged", "Restore it from a backup")


def test_overwritten_pages_are_called_damaged(board, path):
    """Noise in the middle of the file is noticed when it is read."""
    board.record(build_result(1, n=3000))
    noise = np.random.default_rng(0).bytes(path.stat().st_size - 4096)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(noise)

    refused(lambda: uses(board), "The file is damaged")


def test_a_newer_schema_is_refused(board, path):
    """A database of a newer ferbench is neither read nor written, and stays as it is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()

    refused(board.runs, "'9999'", "upgrade ferbench")
    refused(lambda: board.record(build_result(1)), "'9999'", "upgrade ferbench")
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["bookmarks", "alembic_version"])
def test_the_database_of_another_program_is_refused(path, table):
    """Tables of something else are left alone, also where that program uses Alembic and has not yet begun."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {table} (version_num TEXT)")
        connection.commit()

    refused(Leaderboard(path).runs, "something else", table)
    refused(lambda: Leaderboard(path).record(build_result(1)), "something else", table)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


def test_a_full_disk_keeps_what_was_there(board, path):
    """A run that no longer fits is refused as a whole; the runs before it stay, and later ones may follow."""
    board.record(build_result(1))

    def fill_up(connection, _):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite keeps what is there, and allows no page more

    full = Leaderboard(path)
    event.listen(full.database._writer, "connect", fill_up)

    refused(lambda: full.record(build_result(2, n=5000)), "The disk is full", "Free some space")
    assert [run.model for run in board.runs()] == ["model_1"]
    board.record(build_result(2, n=5000))
    assert [run.model for run in board.runs()] == ["model_2", "model_1"]


def test_on_a_full_disk_boards_can_be_read(board, path):
    """Where there is no room for the memory of a WAL, runs are read without it, and a refusal says what is wrong."""
    board.record(build_result(1))

    before, refusal, after = finished(start(f"use_a_full_disk({str(path)!r})")).splitlines()

    assert before == after == "['model_1']"
    assert "The disk is full" in refusal
    board.record(build_result(9))
    assert [run.model for run in board.runs()] == ["model_9", "model_1"]


@pytest.fixture
def public_folder():
    """A folder that other users may enter; those of pytest are private."""
    folder = Path(tempfile.mkdtemp(prefix="ferbench-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o555), (0o666, 0o555), (0o444, 0o777)])
def test_a_read_only_database_can_be_read(public_folder, file_mode, folder_mode):
    """Without the right to write, boards are shown, and every write says that it cannot be; no file is left behind."""
    path = public_folder / "board.sqlite"
    Leaderboard(path).record(build_result(1))
    path.chmod(file_mode)
    public_folder.chmod(folder_mode)

    shown, *refusals = finished(start(f"use_without_rights({str(path)!r})")).splitlines()

    assert shown == "['model_1'] ['model_1']"
    assert len(refusals) == 3
    for line in refusals:
        assert line.startswith(f"LeaderboardError|4|The leaderboard {path} was to be written.|")
        assert "writable" in line or "may be read and written" in line
    assert [file.name for file in public_folder.iterdir()] == ["board.sqlite"]


def test_a_database_that_may_not_be_read_is_refused(public_folder):
    """A file that belongs to somebody else is refused with what to do, also by commands that only read."""
    path = public_folder / "board.sqlite"
    Leaderboard(path).record(build_result(1))
    path.chmod(0o000)

    process = start(f"use_without_rights({str(path)!r})")
    _, errors = process.communicate(timeout=60)

    assert f"LeaderboardError: The leaderboard {path} was to be read." in errors
    assert "may be read and written" in errors


def test_a_read_only_folder_gets_no_database(public_folder):
    """Where no file can be made, reading finds no runs, and writing says why it fails."""
    public_folder.chmod(0o555)
    path = public_folder / "board.sqlite"

    shown, *refusals = finished(start(f"use_without_rights({str(path)!r})")).splitlines()

    assert shown == "[] []"
    assert all("cannot be opened" in line for line in refusals)
    assert len(refusals) == 2


@pytest.mark.parametrize(
    "url",
    ["mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:", "sqlite:///x.db?mode=ro", "nonsense://", "://"],
)
def test_other_urls_are_refused(url):
    """URLs of other databases, of memory, or with options are refused, without showing a password."""
    assert "secret" not in str(refused(lambda: Leaderboard(url), "postgresql://USER@HOST/DATABASE"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host/db",
        "postgresql+nonsense://me:secret@host/db",
        "postgresql://host/db?user=me&password=secret",
    ],
)
def test_a_missing_driver_is_named(url):
    """PostgreSQL without its driver asks for the extra that brings it, and shows no password."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from ferbench.leaderboard.store import Leaderboard\n"
        f"Leaderboard({url!r}).runs()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert "LeaderboardError: The leaderboard postgresql" in done.stderr
    assert "pip install 'ferbench[postgres]'" in done.stderr
    assert "secret" not in done.stderr


def test_a_password_among_the_options_is_not_shown():
    """A URL is shown with its options, except for those that are secret; the URL itself keeps them."""
    database = Leaderboard("postgresql://h/x?user=a&password=hunter2&sslpassword=hunter3&sslmode=require").database

    for shown in (str(database), repr(database)):
        assert "hunter" not in shown
        assert "user=a" in shown
        assert "sslmode=require" in shown
    assert database.url.query["password"] == "hunter2"


def test_a_server_that_is_not_there_shows_no_password():
    """The refusal of a connection names the database without the password among its options."""
    pytest.importorskip("psycopg")
    refusal = refused(
        lambda: Leaderboard("postgresql://127.0.0.1:1/x?user=a&password=hunter2").runs(), "password=hidden"
    )

    assert "hunter2" not in str(refusal)


def test_preparing_finds_out_that_nothing_can_be_written(board):
    """A database that opens and locks, and takes no write, is refused before a run, not after it."""
    event.listen(board.database._writer, "connect", lambda connection, _: connection.execute("PRAGMA query_only = 1"))

    refused(board.prepare, "It cannot be written to", "writable")
