"""Engines that open a connection for every transaction and close it afterwards: SQLite with its pragmas, PostgreSQL.

A writer takes the lock of the database before it reads anything, so that two writers follow one another.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.exc import NoSuchModuleError

from ferbench.errors import LeaderboardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Connection, Engine

#: How long a transaction waits for another one that writes.
BUSY_TIMEOUT_S = 30.0
_RETRY_S = 0.01

#: An option of a PostgreSQL URL with one of these in its name (`password`, `sslpassword`, ...) is a secret.
_SECRET = ("pass", "secret", "token")

#: The key of ferbench's own advisory lock, any number that others are unlikely to use.
_POSTGRESQL_LOCK = "SELECT pg_advisory_xact_lock(4263245508)"


def reader(url: URL) -> Engine:
    """Engine for transactions that see one state of the database and write nothing."""
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(partial(open_to_read, Path(str(url.database))), begin="BEGIN")
    return postgresql_engine(url, isolation_level="REPEATABLE READ")


def writer(url: URL) -> Engine:
    """Engine for transactions that write, one at a time."""
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(partial(open_to_write, Path(str(url.database))), begin="BEGIN IMMEDIATE")
    engine = postgresql_engine(url)
    event.listen(engine, "begin", partial(execute, _POSTGRESQL_LOCK))
    return engine


def in_memory() -> Engine:
    """Engine of a database that lives as long as its one connection."""
    return sqlite_engine(partial(connected, "file::memory:"), begin="BEGIN")


def sqlite_engine(connect: Callable[[], sqlite3.Connection], begin: str) -> Engine:
    """An engine whose transactions start with `begin`; Python's own BEGIN would come too late to protect reads."""
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", partial(execute, begin))
    return engine


def postgresql_engine(url: URL, **options: Any) -> Engine:
    """An engine on a PostgreSQL database.

    Raises:
        LeaderboardError: the driver that the URL asks for is not installed.
    """
    try:
        return create_engine(url, poolclass=NullPool, **options)
    except (ImportError, NoSuchModuleError) as error:
        raise LeaderboardError(
            f"The leaderboard {shown(url)} was to be opened.",
            f"Its driver {url.get_driver_name()!r} is not installed.",
            "Install it with: pip install 'ferbench[postgres]'.",
        ) from error


def shown(url: URL) -> str:
    """A URL as messages may show it: without its password, and without what its options keep secret."""
    masked = {key: "hidden" if any(word in key.lower() for word in _SECRET) else url.query[key] for key in url.query}
    return url.set(query=masked).render_as_string(hide_password=True)


def execute(statement: str, connection: Connection) -> None:
    """Run a statement as it stands."""
    connection.exec_driver_sql(statement)


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file that exists, also where it or its folder may not be written.

    A file in WAL mode needs two files beside it, which a reader without rights cannot make, or could not remove. Where
    they are absent nobody has the database open, and it may be read as one that does not change.
    """
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    closed = not any(file.exists() for file in beside)
    return connected(f"file:{quoted(path)}?{'immutable=1' if closed and not may_write else 'mode=rw'}")


def open_to_write(path: Path) -> sqlite3.Connection:
    """A connection to a file in WAL mode, which is created where it is missing.

    Raises:
        PermissionError: the file may not be written. SQLite would find that out late, and leave files beside it.
    """
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    connection = connected(f"file:{quoted(path)}?mode=rwc")
    try:
        use_wal(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def use_wal(connection: sqlite3.Connection) -> None:
    """Give a new file its journal mode; here SQLite itself does not wait for others who are making the same file."""
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_S)
        else:
            return


def connected(uri: str) -> sqlite3.Connection:
    """A connection that enforces foreign keys, distrusts the schema, and leaves transactions to SQLAlchemy."""
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    # One text that is no UTF-8 must not keep the rest of the database from being read.
    connection.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def quoted(path: Path) -> str:
    """A path as SQLite's URIs spell it, whatever characters or bytes it has."""
    return quote_from_bytes(os.fsencode(path))
