"""The migrations make exactly the schema of the package, on any connection, from a package as it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from ferbench.errors import LeaderboardError
from ferbench.leaderboard import connections, migrate
from ferbench.leaderboard.schema import COST, METADATA, REVISION, RUN
from ferbench.leaderboard.store import Leaderboard
from ferbench.results import Cost
from tests.leaderboard.building import build_result
from tests.leaderboard.processes import ROOT


@pytest.fixture
def connection():
    engine = connections.in_memory()
    with engine.begin() as connection:
        yield connection


def test_migrations_make_the_schema_of_the_package(connection):
    """After all migrations the database and `schema.METADATA` do not differ, types included."""
    migrate.bring_up_to_date(connection)
    context = MigrationContext.configure(connection, opts={"compare_type": True})

    assert compare_metadata(context, METADATA) == []


def test_a_difference_would_be_noticed(connection):
    """The comparison is not blind: a column that the migrations do not make is reported."""
    migrate.bring_up_to_date(connection)
    changed = MetaData()
    for table in METADATA.tables.values():
        table.to_metadata(changed)
    changed.tables["run"].append_column(Column("later", Integer))

    (difference,) = compare_metadata(MigrationContext.configure(connection), changed)

    assert difference[0] == "add_column"


def test_migrated_and_created_tables_are_declared_alike(connection):
    """What the migrations write as SQL is what the schema would: keys, uniqueness, NOT NULL and foreign keys."""
    migrate.bring_up_to_date(connection)
    migrated = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all())

    for name, table in METADATA.tables.items():
        wanted = str(CreateTable(table).compile(dialect=sqlite.dialect()))
        assert clauses(migrated[name]) == clauses(wanted)


def clauses(sql):
    """The columns and constraints of a CREATE TABLE, in no order."""
    body = sql[sql.index("(") + 1 : sql.rindex(")")]
    return sorted(" ".join(clause.split()) for clause in re.split(r",(?![^()]*\))", body))


def test_the_newest_migration_is_the_revision_of_the_schema(connection):
    """`schema.REVISION`, by which a database counts as up to date, is the head of the migrations."""
    assert ScriptDirectory.from_config(migrate.alembic_config(connection)).get_current_head() == REVISION


def test_migrating_twice_does_nothing(connection):
    """A database that is up to date is left alone."""
    migrate.bring_up_to_date(connection)
    connection.execute(RUN.delete())
    before = connection.exec_driver_sql("PRAGMA schema_version").scalar()

    migrate.bring_up_to_date(connection)

    assert migrate.revision_of(connection) == REVISION
    assert connection.exec_driver_sql("PRAGMA schema_version").scalar() == before


def test_the_cost_table_has_the_fields_of_a_cost():
    """A field that `results.Cost` gains needs a column."""
    assert [column.name for column in COST.columns] == ["run_id", *Cost.__dataclass_fields__]


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=str)
def test_tables_compile_for_postgresql(table):
    """Every table can be declared in PostgreSQL; counts that exceed 32 bits are BIGINT, packed columns BYTEA."""
    sql = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    assert "macs BIGINT" in sql or table is not COST
    assert "BLOB" not in sql


@pytest.fixture
def installed(tmp_path):
    """A copy of the package, in a folder with a percent sign."""
    home = tmp_path / "100% site-packages"
    shutil.copytree(ROOT / "ferbench", home / "ferbench", ignore=shutil.ignore_patterns("__pycache__"))
    return home


def run_installed(home, code):
    """What some code prints that finds ferbench in a copy alone."""
    environment = {"PYTHONPATH": str(home), "PYTHONSAFEPATH": "1", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_migrations_run_from_an_installed_package(installed, path):
    """A package without a checkout around it makes a database of its schema."""
    code = (
        "import ferbench; from ferbench.leaderboard.store import Leaderboard\n"
        f"Leaderboard({str(path)!r}).prepare(); print(ferbench.__file__)"
    )

    assert run_installed(installed, code) == str(installed / "ferbench" / "__init__.py")
    assert Leaderboard(path).database.revision() == REVISION


LATER = f"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{REVISION}"


def upgrade():
    op.add_column("run", sa.Column("later", sa.Text))
"""


def test_a_later_version_migrates_and_this_one_then_refuses(installed, board, path):
    """A version with one more migration reads an older database with all its runs; after that it is too new here."""
    board.record(build_result(1))
    leaderboard = installed / "ferbench" / "leaderboard"
    (leaderboard / "migrations" / "versions" / "9999_later.py").write_text(LATER)
    schema = (leaderboard / "schema.py").read_text()
    (leaderboard / "schema.py").write_text(schema.replace(f'REVISION = "{REVISION}"', 'REVISION = "9999"'))
    code = (
        "from ferbench.leaderboard.store import Leaderboard\n"
        f"board = Leaderboard({str(path)!r}); print(board.database.revision(), board.runs()[0].model)\n"
        "print(board.database.revision(), board.seal_holds('latest'))"
    )

    assert run_installed(installed, code).splitlines() == [f"{REVISION} model_1", "9999 True"]
    with pytest.raises(LeaderboardError, match="upgrade ferbench"):
        board.runs()
