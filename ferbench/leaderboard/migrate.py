"""Which schema a database has, and how it gets the schema of this version. Alembic is imported only to change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, inspect, select, table, update

from ferbench.errors import LeaderboardError
from ferbench.leaderboard.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Select, TableClause, Update

_MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION: TableClause = table("alembic_version", column("version_num"))


def revision_of(connection: Connection) -> str | None:
    """Name of the newest migration that the database has seen; None for a database without tables.

    Raises:
        LeaderboardError: there are tables, and they are not those of a leaderboard.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    revision = connection.scalar(current_revision()) if "alembic_version" in tables else None
    if not isinstance(revision, str):
        raise LeaderboardError(
            "A leaderboard was to be opened.",
            f"The database holds tables of something else: {', '.join(sorted(tables)[:5])}.",
            "Give the leaderboard a database of its own, with --db or FERBENCH_DB.",
        )
    return revision


def current_revision() -> Select[Any]:
    """What Alembic noted, in SQL, so that an up-to-date database is opened without importing Alembic."""
    return select(_VERSION.c.version_num)


def rewrite_revision() -> Update:
    """A write that changes nothing: SQLite shows only then that a file is read-only."""
    return update(_VERSION).values(version_num=_VERSION.c.version_num)


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that the database lacks, in the transaction of the caller.

    Raises:
        LeaderboardError: the schema is newer than this version knows, or of another program.
    """
    revision = revision_of(connection)
    if revision != REVISION:
        migrate(connection, revision)


def migrate(connection: Connection, revision: str | None) -> None:
    """Run all migrations after `revision`; from nothing for None."""
    from alembic import command

    require_known(revision)
    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one connection, without any file outside the package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def require_known(revision: str | None) -> None:
    """Refuse a revision that is not among the migrations of this version.

    Raises:
        LeaderboardError: the schema is newer than this version knows, or of another program.
    """
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if revision is not None and revision not in known:
        raise LeaderboardError(
            "A leaderboard was to be opened.",
            f"Its schema is {revision!r}, this version of ferbench knows up to {REVISION!r}.",
            "A newer ferbench wrote it: upgrade ferbench, or choose another database with --db.",
        )
