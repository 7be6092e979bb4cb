"""Trainings that differ in nothing but chance: several runs as one entry, with their mean and how far they spread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from ferbench.leaderboard.ranks import competition_ranks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.leaderboard.board import Board, BoardRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedEntry:
    """Ranked runs of one network with different weights, best first, and their mean `scores` by metric.

    `sd` are the standard deviations by metric, with n - 1 below the line; None for a single run. A metric that one of
    the runs has no value of is None in both. `rank` is that among the entries of the board, by the mean. No run stands
    for the others: the best of several seeds would be chosen on the test set.
    """

    rank: int
    rows: tuple[BoardRow, ...]
    scores: Mapping[str, float | None]
    sd: Mapping[str, float | None]

    @property
    def n(self) -> int:
        """Number of runs, each with weights of its own."""
        return len(self.rows)


def seed_entries(board: Board) -> tuple[SeedEntry, ...]:
    """The ranked rows of a whole board as entries, best mean first.

    Runs are one entry where they differ in their weights alone: the same network (`network_key`), pixels, selection
    and extra data, all measured here or all imported. No record says whether they were trained alike, and whoever joins
    them vouches for that. Of runs with the same weights the newest counts: one measurement that was made twice says
    nothing about seeds. A run whose network nobody knows is an entry of its own.
    """
    groups: dict[tuple[object, ...], list[BoardRow]] = defaultdict(list)
    for row in newest_of_weights(board.ranked):
        groups[entry_key(row)].append(row)
    sign = -1 if board.higher_is_better else 1
    means = [means_of(rows) for rows in groups.values()]
    ranks = competition_ranks([sign * (mean[board.metric] or 0.0) for mean in means])
    entries = [
        SeedEntry(rank=rank, rows=tuple(rows), scores=mean, sd=deviations_of(rows))
        for rank, mean, rows in zip(ranks, means, groups.values(), strict=True)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.rank, entry.rows[0].model, entry.rows[0].run_id)))


def entry_key(row: BoardRow) -> tuple[object, ...]:
    """What the runs of one entry have in common."""
    return row.network_key or row.run_id, row.origin, row.input, row.selection, row.extra_data


def newest_of_weights(rows: Sequence[BoardRow]) -> list[BoardRow]:
    """The rows without those that repeat a newer one: the same entry with the same weights."""
    newest: dict[tuple[object, ...], BoardRow] = {}
    for row in rows:
        key = (*entry_key(row), row.weights_sha256 or row.run_id)
        if key not in newest or newest[key].created_at < row.created_at:
            newest[key] = row
    kept = {row.run_id for row in newest.values()}
    return [row for row in rows if row.run_id in kept]


def means_of(rows: Sequence[BoardRow]) -> dict[str, float | None]:
    """Means by metric."""
    return {metric: fmean(values) if values else None for metric, values in values_by_metric(rows).items()}


def deviations_of(rows: Sequence[BoardRow]) -> dict[str, float | None]:
    """Standard deviations by metric."""
    return {metric: stdev(values) if len(values) > 1 else None for metric, values in values_by_metric(rows).items()}


def values_by_metric(rows: Sequence[BoardRow]) -> dict[str, list[float]]:
    """The values of all rows by metric; none where a row has no value."""
    metrics = dict.fromkeys(metric for row in rows for metric in row.scores)
    found = {metric: [row.scores.get(metric) for row in rows] for metric in metrics}
    return {
        metric: [] if None in values else [value for value in values if value is not None]
        for metric, values in found.items()
    }
