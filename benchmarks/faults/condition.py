"""In what condition a database is: whether it opens, whether it is sound, and whether every run in it is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import FerbenchError
from ferbench.leaderboard.sqlite_files import open_to_read
from ferbench.leaderboard.store import Leaderboard
from ferbench.results import core_sha256

if TYPE_CHECKING:
    from pathlib import Path

#: Every run has one row in each of these, and rows of scores.
_PARTS = ("cost", "prediction", "correctness", "score")


@dataclass(frozen=True, slots=True)
class Condition:
    """The ids of the runs in a database, and what is wrong with it: in sentences, none where all is well."""

    runs: frozenset[str]
    damage: tuple[str, ...] = ()


def outline(path: Path) -> Condition:
    """Whether SQLite finds the file sound, and every run has all its parts; quick, and reads no run."""
    if not path.exists():
        return Condition(frozenset())
    try:
        with closing(open_to_read(path)) as connection:
            return outlined(connection)
    except sqlite3.Error as error:
        return Condition(frozenset(), (f"it does not open: {error}",))


def outlined(connection: sqlite3.Connection) -> Condition:
    """As `outline`, on an open file."""
    rows = connection.execute("PRAGMA integrity_check").fetchall()
    damage = [text for (text,) in rows if text != "ok"]
    damage += [f"a row of {table} belongs to nothing" for table, *_ in connection.execute("PRAGMA foreign_key_check")]
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
        return Condition(frozenset(), tuple(damage))
    runs = ids(connection, "run")
    for table in _PARTS:
        damage += [f"run {run} has no {table}" for run in runs - ids(connection, table)]
        damage += [f"a {table} has no run {run}" for run in ids(connection, table) - runs]
    return Condition(runs, tuple(damage))


def ids(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """The runs that a table has rows of."""
    return frozenset(run for (run,) in connection.execute(f"SELECT DISTINCT run_id FROM {table}"))  # noqa: S608


def condition(path: Path) -> Condition:
    """As `outline`, and every run is read: its seal holds, and all of its parts are those that were recorded."""
    found, board = outline(path), Leaderboard(path)
    return Condition(
        found.runs, (*found.damage, *(text for run in sorted(found.runs) for text in wrong_with(board, run)))
    )


def wrong_with(board: Leaderboard, run: str) -> list[str]:
    """What is wrong with a run; its core covers the predictions and every score."""
    try:
        record, predictions, scores = board.record_of(run), board.predictions(run), board.scores(run)
        parts = {
            "its seal is broken": board.seal_holds(run),
            "its core differs": core_sha256(record["run_key"], predictions.sha256(), scores) == record["core_sha256"],
            "its correctness bits are missing": board.correct(run).size == len(predictions.ids) == record["n"],
            "its cost is another one": board.cost(run)["cost_key"] == record["cost_key"],
            "its images are others": board.test_set(run).items_sha256 == record["items_sha256"],
        }
    except (FerbenchError, LookupError, ValueError) as error:
        return [f"run {run} cannot be read: {error}"]
    return [f"run {run}: {what}" for what, holds in parts.items() if not holds]


def cores(path: Path) -> dict[str, str]:
    """The core of every run by its id, the oldest first: equal for runs that came to the same."""
    board = Leaderboard(path)
    return {row.run_id: row.core_sha256 for row in reversed(board.runs())}
