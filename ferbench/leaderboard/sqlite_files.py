"""Opening SQLite files: to read and to write, with what keeps them whole, wherever they lie.

What was committed stays, also when the power fails in the next moment. That is the work of a WAL, or on file systems
that several machines share that of a rollback journal: a WAL needs memory that all its users have in common.
"""

from __future__ import annotations

import errno
import os
import random
import sqlite3
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from ferbench.leaderboard.file_systems import network_type

if TYPE_CHECKING:
    from pathlib import Path

#: How long a transaction waits for another one that writes.
BUSY_TIMEOUT_S = 30.0
_RETRY_S = 0.02

#: Where the header of an SQLite file says how it is written; https://sqlite.org/fileformat2.html.
_WAL_BYTE = 18


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file that exists, also where it or its folder may not be written, or the disk is full.

    A file in WAL mode needs two files beside it, which a reader without rights cannot make, or could not remove. Where
    they are absent nobody has the database open, and it may be read as one that does not change.
    """
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    unchanging = not may_write and not any(file.exists() for file in beside) and is_in_wal_mode(path)
    uri = uri_of(path, "immutable=1" if unchanging else "mode=rw")
    connection = connected(uri)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        connection.close()
        if not lacks_memory(error):
            raise
        return alone(uri)
    return connection


def is_in_wal_mode(path: Path) -> bool:
    """Whether a file says that it is in WAL mode.

    Only for a process that does not write to it: closing the file takes its locks from every connection of the process.
    """
    try:
        with path.open("rb") as file:
            return file.read(_WAL_BYTE + 1)[_WAL_BYTE:] == b"\2"
    except OSError:
        return False


def open_to_write(path: Path) -> sqlite3.Connection:
    """A connection to a file in the journal mode of its place, which is created where it is missing.

    Raises:
        PermissionError: the file may not be written. SQLite would find that out late, and leave files beside it.
    """
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    mode, give_up = journal_mode(path), time.monotonic() + BUSY_TIMEOUT_S
    while True:
        connection = connected(uri_of(path, "mode=rwc"))
        try:
            make_durable(connection, mode)
        except sqlite3.Error as error:
            # Here SQLite itself does not wait for others that are making the same file, or changing its mode; two that
            # change it at once wait for each other for ever, unless both let go of the file in between.
            connection.close()
            if lacks_memory(error) and mode != "WAL":
                leave_wal(path)
            elif not is_busy(error) or time.monotonic() > give_up:
                raise
            time.sleep(random.uniform(0, _RETRY_S))  # noqa: S311 - no secret hangs on how long it waits
        else:
            return connection


def journal_mode(path: Path) -> str:
    """How a file is kept whole: by a WAL, or by a rollback journal where other machines may see the file."""
    return "DELETE" if network_type(path) else "WAL"


def make_durable(connection: sqlite3.Connection, mode: str) -> None:
    """Set the journal mode, and have every commit on the disk before it counts as one.

    Raises:
        sqlite3.OperationalError: somebody else uses the file, and the mode cannot be changed now.
    """
    connection.execute(f"PRAGMA journal_mode = {mode}")
    # Not less than FULL: a WAL alone could lose the last runs with the power. EXTRA: so could a removed journal.
    connection.execute("PRAGMA synchronous = EXTRA")
    # On macOS, fsync alone leaves the data in the memory of the disk.
    connection.execute("PRAGMA fullfsync = ON")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else has the file locked."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_BUSY


def lacks_memory(error: sqlite3.Error) -> bool:
    """Whether a WAL could not be read for want of memory to share: the disk is full, or knows no such memory."""
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR_SHM")


def alone(uri: str) -> sqlite3.Connection:
    """A connection that needs no shared memory, since nobody else can use the file while it is open."""
    connection = connected(uri)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def leave_wal(path: Path) -> None:
    """Change a file over from a WAL to a rollback journal where no memory can be shared."""
    with closing(alone(uri_of(path, "mode=rw"))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def connected(uri: str) -> sqlite3.Connection:
    """A connection that enforces foreign keys, distrusts the schema, and leaves transactions to SQLAlchemy."""
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    # One text that is no UTF-8 must not keep the rest of the database from being read.
    connection.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def uri_of(path: Path, options: str) -> str:
    """A path as SQLite's URIs spell it, whatever characters or bytes it has."""
    return f"file:{quote_from_bytes(os.fsencode(path))}?{options}"
