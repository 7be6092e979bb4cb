"""Runs that were recorded for a model on some images, and that may stand for one that is asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.leaderboard import queries

if TYPE_CHECKING:
    from ferbench.leaderboard.store import Leaderboard


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A run that was measured here and holds. `pixels_sha256` is that of the pictures it read, in its key."""

    run_id: str
    run_key: str
    cost_key: str
    status: str
    pixels_sha256: str


def finished_runs(leaderboard: Leaderboard, model: str, dataset: str, split: str, items: str) -> list[FinishedRun]:
    """The runs of a model on the images of a split, by the SHA-256 of these; newest first.

    One whose row was changed by hand, so that a hash is no text any more, is not among them.

    Raises:
        LeaderboardError: the database cannot be read.
    """
    with leaderboard.database.reading() as connection:
        found = connection.execute(queries.finished(model, dataset, split, items)).mappings()
        return [FinishedRun(**row) for row in found if all(isinstance(value, str) for value in row.values())]
