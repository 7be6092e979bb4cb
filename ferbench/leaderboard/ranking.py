"""Boards: runs on equal images, best first, and the runs that may not be ranked with the reasons why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard import queries
from ferbench.leaderboard.conditions import conditions_of
from ferbench.leaderboard.grouping import LABEL_MODE, METRIC, with_groups
from ferbench.leaderboard.reasons import Shown, reasons_against
from ferbench.leaderboard.rows import RunRow, listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping

    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.store import Leaderboard


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow(RunRow):
    """A run on a board: `rank` from 1, or None and the `reasons` for that.

    `group` is the number of its significance group on a board by accuracy in strict mode, None elsewhere; see
    `statistics.groups`.
    `scores` are its values by metric, None where a value does not exist; `intervals` the 95 % ones by metric, where
    there are any. `seen`, `left_out`, `labels`, `pixels` and `licence` are those of `conditions.Conditions`.
    """

    rank: int | None
    group: int | None
    scores: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float]]
    reasons: tuple[str, ...]
    seen: str
    left_out: tuple[str, ...]
    labels: str
    pixels: str
    licence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The runs on the same images with the same labels. Only here may numbers be compared.

    `ranked` are best first, equal values share a rank and are then in the order of their models' names; `unranked` are
    newest first. Of runs with one `run_key` only the newest that may be ranked is here, or the newest of all.
    """

    dataset: str
    split: str
    items_sha256: str
    n: int
    private: bool
    metric: str
    label_mode: LabelMode
    ranked: tuple[BoardRow, ...]
    unranked: tuple[BoardRow, ...]

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """All rows, the ranked ones first."""
        return self.ranked + self.unranked

    @property
    def mixed_inputs(self) -> bool:
        """Whether ranked rows saw different pixels of these images: it then compares systems, not models."""
        return len({(row.input, row.seen) for row in self.ranked}) > 1

    @property
    def left_out(self) -> tuple[str, ...]:
        """The classes of the data set whose images are no part of this board."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.left_out))


def boards(
    leaderboard: Leaderboard,
    dataset: str | None = None,
    split: str | None = None,
    metric: str = "accuracy",
    label_mode: LabelMode = "strict",
    *,
    higher_is_better: bool = True,
) -> list[Board]:
    """One board a set of images, in the order of data set and split, the largest first.

    In mode `mask` a run whose classes are those of the data set shows its strict scores: both modes are one for it.

    Raises:
        LeaderboardError: the database cannot be read.
    """
    with leaderboard.database.reading() as connection:
        scores = connection.execute(queries.board_scores(dataset, split, metric, label_mode))
        shown = shown_scores(scores, label_mode)
        found = connection.execute(queries.board_runs(dataset, split)).mappings()
        rows = [board_row(row, shown.get(row["run_id"], Shown()), metric, label_mode) for row in found]
        placed = groupby(sorted(rows, key=place), key=place)
        found_boards = [board(tuple(group), metric, label_mode, higher_is_better) for _, group in placed]
        if (metric, label_mode) == (METRIC, LABEL_MODE):
            found_boards = with_groups(connection, found_boards, dataset, split)
    return sorted(found_boards, key=lambda item: (item.dataset, item.split, -item.n, item.items_sha256))


def shown_scores(scores: Iterable[Any], label_mode: LabelMode) -> dict[str, Shown]:
    """Scores by run in a label mode, or in strict mode where a run has none in it."""
    by_mode: dict[str, dict[str, Shown]] = {label_mode: {}, "strict": {}}
    for run_id, mode, metric, value, low, high, n in scores:
        shown = by_mode[mode].get(run_id)
        if shown is None:
            shown = by_mode[mode][run_id] = Shown(mode)
        shown.add(metric, value, low, high, n)
    return by_mode["strict"] | by_mode[label_mode]


def board_row(row: RowMapping, shown: Shown, metric: str, label_mode: LabelMode) -> BoardRow:
    """A run as its board shows it, still without a rank."""
    listed = listed_values(row)
    reasons = [*listed["not_ranked_because"], *shown.damage, *reasons_against(row, shown, label_mode)]
    if shown.values.get(metric) is None:
        reasons.append(f"no value of {metric}")
    elif "/" not in metric and shown.images[metric] < listed["n"]:
        # Who answers only the easy images must not win by a metric that leaves the others out.
        reasons.append(f"{metric} stands on {shown.images[metric]} of {listed['n']} images")
    conditions = conditions_of(row["record"])
    return BoardRow(
        **listed,
        rank=None,
        group=None,
        scores=shown.values,
        intervals=shown.intervals,
        reasons=tuple(reasons),
        seen=conditions.seen,
        left_out=conditions.left_out,
        labels=conditions.labels,
        pixels=conditions.pixels,
        licence=conditions.licence,
    )


def place(row: RunRow) -> tuple[str, str, str]:
    """What the rows of one board have in common; runs over a part of its images among them."""
    return row.dataset, row.split, row.items_sha256


def board(rows: Sequence[BoardRow], metric: str, label_mode: LabelMode, higher_is_better: bool) -> Board:
    """The board of runs that all stand on the same images, given newest first."""
    kept = one_a_key(rows)
    first = rows[0]
    return Board(
        dataset=first.dataset,
        split=first.split,
        items_sha256=first.items_sha256,
        n=max(row.n for row in rows),
        private=first.private,
        metric=metric,
        label_mode=label_mode,
        ranked=ranked([row for row in kept if not row.reasons], metric, higher_is_better),
        unranked=tuple(row for row in kept if row.reasons),
    )


def one_a_key(rows: Sequence[BoardRow]) -> list[BoardRow]:
    """Of the runs of each `run_key` the newest without a reason against it, or the newest of all."""
    best: dict[str, BoardRow] = {}
    for row in rows:
        earlier = best.setdefault(row.run_key, row)
        if earlier.reasons and not row.reasons:
            best[row.run_key] = row
    return list(best.values())


def ranked(rows: Sequence[BoardRow], metric: str, higher_is_better: bool) -> tuple[BoardRow, ...]:
    """Rows best first, with their ranks: one more than the number of rows that are better."""
    sign = -1 if higher_is_better else 1

    def badness(row: BoardRow) -> float:
        return sign * (row.scores[metric] or 0.0)

    best_first = sorted(rows, key=lambda row: (badness(row), row.model, row.run_id))
    rank_of: dict[float, int] = {}
    for position, row in enumerate(best_first, start=1):
        rank_of.setdefault(badness(row), position)
    return tuple(replace(row, rank=rank_of[badness(row)]) for row in best_first)
