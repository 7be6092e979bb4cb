"""A leaderboard's database by path or URL, and the short transactions in which it is read and written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ferbench.errors import LeaderboardError
from ferbench.leaderboard import connections
from ferbench.leaderboard.failures import database_failures
from ferbench.leaderboard.file_systems import network_type
from ferbench.leaderboard.migrate import bring_up_to_date, require_known, revision_of, rewrite_revision
from ferbench.leaderboard.schema import METADATA, REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine


@dataclass(frozen=True)
class Database:
    """Where a leaderboard lies. Nothing is opened before it is read or written, and nothing stays open.

    A database that does not exist yet reads as an empty one, and is created by the first write.
    """

    url: URL

    @classmethod
    def at(cls, location: str | Path) -> Database:
        """The database at a path or at a URL (`sqlite:///...`, `postgresql://...`).

        Raises:
            LeaderboardError: the URL is malformed, or of a database that ferbench does not know.
        """
        return cls(known_url(str(location)) if "://" in str(location) else file_url(Path(location)))

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        return connections.shown(self.url)

    def __repr__(self) -> str:
        return f"Database({self})"

    @property
    def path(self) -> Path | None:
        """The file, for SQLite."""
        return Path(str(self.url.database)) if self.url.get_backend_name() == "sqlite" else None

    @property
    def caution(self) -> str:
        """What its user should know of the place of the database, in one line; empty where all is well."""
        kind = network_type(self.path) if self.path else ""
        return kind and (
            f"{self} lies on a network file system ({kind}), where SQLite's fast journal (WAL) is not safe and is not "
            "used: commands wait longer for each other, and trust the locks of that file system. "
            f"Better: a file on a disk of this machine (--db FILE), or PostgreSQL (--db postgresql://...)."
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of the database, of the schema of this version.

        Raises:
            LeaderboardError: the database cannot be read, or is not a leaderboard of a known version.
        """
        with database_failures(f"The leaderboard {self} was to be read."):
            revision = self.revision()
            if revision not in {None, REVISION}:
                require_known(revision)
                self.prepare()
            with empty_database() if revision is None else self._reader.begin() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes alone: all of it is kept, or nothing. Creates and migrates what is missing.

        Raises:
            LeaderboardError: the database cannot be written, or is not a leaderboard of a known version.
        """
        with database_failures(f"The leaderboard {self} was to be written."):
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._writer.begin() as connection:
                bring_up_to_date(connection)
                yield connection

    def prepare(self) -> None:
        """Create or migrate the database where needed, and find out whether it can be written.

        Raises:
            LeaderboardError: it cannot.
        """
        with self.writing() as connection:
            connection.execute(rewrite_revision())

    def revision(self) -> str | None:
        """Revision of the schema; None where there is no database yet."""
        if self.path is not None and not self.path.exists():
            return None
        with self._reader.begin() as connection:
            return revision_of(connection)

    @cached_property
    def _reader(self) -> Engine:
        return connections.reader(self.url)

    @cached_property
    def _writer(self) -> Engine:
        return connections.writer(self.url)


def file_url(path: Path) -> URL:
    """The URL of an SQLite file."""
    path = path.expanduser().absolute()
    if path.is_dir():
        raise LeaderboardError(
            f"The leaderboard {path} was asked for.",
            "It is a folder.",
            f"Name a file, such as {path / 'leaderboard.sqlite'}.",
        )
    return URL.create("sqlite", database=str(path))


def known_url(text: str) -> URL:
    """The URL in a text, when it names an SQLite file or a PostgreSQL database."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise bad_url("It cannot be read as a URL.") from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
    if backend != "sqlite":
        raise bad_url(f"It names a database of kind {backend!r}.")
    if url.query or url.database in {None, "", ":memory:"}:
        raise bad_url("It names no file, or has options; a leaderboard in memory would forget every run.")
    return file_url(Path(str(url.database)))


def bad_url(found: str) -> LeaderboardError:
    """The refusal of a URL; it is not repeated, since it may hold a password."""
    return LeaderboardError(
        "A leaderboard was asked for by its URL.",
        found,
        "Write sqlite:///PATH or postgresql://USER@HOST/DATABASE, or give the path of a file.",
    )


@contextmanager
def empty_database() -> Iterator[Connection]:
    """A leaderboard without runs, in memory."""
    with connections.in_memory().begin() as connection:
        METADATA.create_all(connection)
        yield connection
