"""Adding runs to a leaderboard, and withdrawing them. Every function here runs in the transaction of its caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ferbench.errors import LeaderboardError, UsageError
from ferbench.leaderboard import queries

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ferbench.leaderboard.rows import ResultRows, Values


def add_run(connection: Connection, rows: ResultRows) -> None:
    """Write all rows of a result.

    Raises:
        LeaderboardError: its id is taken.
    """
    run_id = rows.run["run_id"]
    if connection.execute(queries.record(run_id)).first():
        raise LeaderboardError(
            f"The run {run_id} was to be recorded.",
            "It is recorded already.",
            "Runs are never changed: withdraw it with `ferbench invalidate` and evaluate again.",
        )
    connection.execute(queries.add_run(), {**rows.run, "test_set_id": keep_test_set(connection, rows.test_set)})
    connection.execute(queries.add_cost(), rows.cost)
    connection.execute(queries.add_prediction(), rows.prediction)
    connection.execute(queries.add_correctness(), rows.correctness)
    if rows.scores:
        connection.execute(queries.add_scores(), rows.scores)


def keep_test_set(connection: Connection, test_set: Values) -> int:
    """Id of a test set, which is written where it is new. No other writer is at work; see `connections`."""
    known = connection.scalar(queries.test_set_id(test_set["manifest_sha256"]))
    return int(connection.scalar(queries.add_test_set(), test_set) if known is None else known)


def withdraw(connection: Connection, run_id: str, reason: str) -> None:
    """Note that a run does not hold.

    Raises:
        UsageError: no reason is given, or the run is withdrawn already.
    """
    asked = f"The run {run_id} was to be withdrawn."
    if not reason.strip():
        raise UsageError(asked, "No reason was given.", "Say in a sentence why the run does not hold.")
    earlier = connection.execute(queries.invalidation(run_id)).first()
    if earlier:
        found = f"It was withdrawn on {earlier.at}: {earlier.reason}"
        raise UsageError(asked, found, "Nothing is left to do: a withdrawal stands.")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(queries.add_invalidation(), {"run_id": run_id, "at": at, "reason": reason.strip()})
