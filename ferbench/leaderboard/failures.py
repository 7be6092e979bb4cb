"""What is wrong with a database or with what it holds, as a LeaderboardError that says what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from ferbench.errors import LeaderboardError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELSEWHERE = "or choose another database with --db or FERBENCH_DB."
_MAKE_WRITABLE = f"Make the file and its folder writable, {_ELSEWHERE}"

#: (start of SQLite's result code, what was found, what to do); https://sqlite.org/rescode.html names the codes.
_SQLITE = (
    ("SQLITE_READONLY", "It cannot be written to.", _MAKE_WRITABLE),
    ("SQLITE_PERM", "Access is denied.", _MAKE_WRITABLE),
    (
        "SQLITE_CANTOPEN",
        "The file cannot be opened.",
        f"Check that its folder exists and that the file and the folder may be read and written, {_ELSEWHERE}",
    ),
    ("SQLITE_FULL", "The disk is full.", f"Free some space and try again, {_ELSEWHERE}"),
    ("SQLITE_IOERR_SHMSIZE", "The disk is full.", f"Free some space and try again, {_ELSEWHERE}"),
    ("SQLITE_IOERR", "The disk does not read or write it.", f"Check the disk, its quota and its mount, {_ELSEWHERE}"),
    ("SQLITE_NOTADB", "The file is not an SQLite database.", f"Check the path, {_ELSEWHERE}"),
    ("SQLITE_CORRUPT", "The file is damaged.", f"Restore it from a backup, {_ELSEWHERE}"),
    ("SQLITE_BUSY", "Another process has locked it.", "Wait for that process to end, and try again."),
)


@contextmanager
def database_failures(asked: str) -> Iterator[None]:
    """Turn what goes wrong in a database or its file into a LeaderboardError; `asked` is its first part."""
    try:
        yield
    except DBAPIError as error:
        raise explained(asked, error.orig) from error
    except OSError as error:
        raise LeaderboardError(asked, f"{error}.", _MAKE_WRITABLE) from error


def explained(asked: str, error: BaseException | None) -> LeaderboardError:
    """The error of a database driver in three parts."""
    code = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    said = " ".join(str(error).split())
    for start, found, todo in _SQLITE:
        if code.startswith(start):
            return LeaderboardError(asked, f"{found} SQLite says: {said}.", todo)
    return LeaderboardError(asked, f"The database says: {said}.", f"Check the database and its address, {_ELSEWHERE}")


@contextmanager
def intact(what: str) -> Iterator[None]:
    """Turn a stored value that is not what it should be into a LeaderboardError."""
    try:
        yield
    except ValueError as error:
        raise damaged(what, str(error)) from error


def damaged(what: str, found: str) -> LeaderboardError:
    """The refusal of a stored value that ferbench did not write like that."""
    return LeaderboardError(
        f"{what} was to be read.",
        f"The database is damaged or was changed by hand: {found}.",
        "Restore it from a backup, or evaluate the run again.",
    )
