"""Databases as earlier releases wrote them: tables made by the migrations of that time, rows put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import MetaData, insert

from ferbench.leaderboard import migrate
from ferbench.leaderboard.rows import rows_of
from ferbench.leaderboard.schema import storable
from ferbench.leaderboard.store import Leaderboard

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Table

    from ferbench.results import RunResult


def schema_of(revision: str, path: Path | str, results: Iterable[RunResult]) -> Leaderboard:
    """A leaderboard of an earlier revision with these runs, all on one test set."""
    board = Leaderboard(path)
    with board.database._writer.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), revision)
        tables = MetaData()
        tables.reflect(connection)
        for number, rows in enumerate(map(rows_of, results)):
            if number == 0:
                connection.execute(insert(tables.tables["test_set"]), {"id": 1, **rows.test_set})
            parts = {
                "run": {**rows.run, "test_set_id": 1},
                "cost": rows.cost,
                # The first revision had both in one table.
                "prediction": {**rows.prediction, **rows.correctness},
                "correctness": rows.correctness,
            }
            for table in (tables.tables[name] for name in parts if name in tables.tables):
                connection.execute(insert(table), known(table, parts[table.name]))
            connection.execute(insert(tables.tables["score"]), rows.scores)
    return board


def known(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """The values that a table has columns for, in texts that it accepts."""
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if name in table.columns
    }
