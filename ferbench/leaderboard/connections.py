"""Engines that open a connection for every transaction and close it afterwards: SQLite, PostgreSQL.

A writer takes the lock of the database before it reads anything, so that two writers follow one another.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.exc import NoSuchModuleError

from ferbench.errors import LeaderboardError
from ferbench.leaderboard.sqlite_files import connected, open_to_read, open_to_write

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from sqlalchemy import URL, Connection, Engine

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
