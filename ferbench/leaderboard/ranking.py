"""Boards: runs on equal images, best first, and the runs that may not be ranked with the reasons why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from ferbench.leaderboard import queries
from ferbench.leaderboard.board import Board, BoardRow
from ferbench.leaderboard.checking import Examiner
from ferbench.leaderboard.grouping import LABEL_MODE, METRIC, groups_of, stored_right_answers
from ferbench.leaderboard.pareto import front
from ferbench.leaderboard.race import Race
from ferbench.leaderboard.ranks import competition_ranks
from ferbench.leaderboard.standings import newest_first, standings_by_place
from ferbench.leaderboard.views import BoardView

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.grouping import RightAnswers
    from ferbench.leaderboard.standings import Place, Standing
    from ferbench.leaderboard.store import Leaderboard

__all__ = ["Board", "BoardRow", "boards"]

_ALL = BoardView()


def boards(
    leaderboard: Leaderboard,
    dataset: str | None = None,
    split: str | None = None,
    metric: str = "accuracy",
    label_mode: LabelMode = "strict",
    *,
    higher_is_better: bool = True,
    view: BoardView = _ALL,
) -> list[Board]:
    """One board a set of images, in the order of data set and split, the largest first.

    In mode `mask` a run whose classes are those of the data set shows its strict scores: both modes are one for it.
    Ranks, groups and fronts are those of the whole board, whatever the view shows of it.

    Raises:
        LeaderboardError: the database cannot be read.
    """
    with leaderboard.database.reading() as connection:
        rows = connection.execute(queries.standings(dataset, split, metric, label_mode))
        by_place = standings_by_place(rows, metric, sign=-1 if higher_is_better else 1)
        grouped = (metric, label_mode) == (METRIC, LABEL_MODE)
        maker = BoardMaker(
            examiner=Examiner(connection, metric, label_mode),
            higher_is_better=higher_is_better,
            view=view,
            fitting=fitting_runs(connection, view, dataset, split),
            right=stored_right_answers(connection, dataset, split) if grouped else {},
        )
        found = [maker.board(place, standings) for place, standings in by_place.items()]
    return sorted(found, key=lambda item: (item.dataset, item.split, -item.n, item.items_sha256))


def fitting_runs(
    connection: Connection, view: BoardView, dataset: str | None, split: str | None
) -> Collection[str] | None:
    """Ids of the runs that the filters of a view show; None for all."""
    if not view.filters:
        return None
    found = connection.execute(queries.filtered(dataset, split))
    return {run_id for run_id, model, selection, licence in found if view.fits(model, selection, licence)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMaker:
    """Makes boards from standings. `fitting` are the ids of the runs that the view shows, None for all of them."""

    examiner: Examiner
    higher_is_better: bool
    view: BoardView
    fitting: Collection[str] | None
    right: Mapping[str, RightAnswers]

    def shows(self, standing: Standing) -> bool:
        """Whether the filters of the view leave a run."""
        return self.fitting is None or standing.run_id in self.fitting

    def board(self, place: Place, standings: Sequence[Standing]) -> Board:
        """The board of runs that all stand on the same images, given in order of preference."""
        race = Race(standings)
        first_only = self.view.first_rows_only
        top = inf if self.view.top is None else self.view.top
        race.run(self.examiner, top if first_only else inf, self.shows if first_only else anything)
        presumed = race.presumed
        ranked = self.ranked(race, presumed)
        unranked = [run for run in newest_first(race.hopeless) if self.shows(run)]
        shown = unranked[: self.view.top]
        fitting = sum(map(self.shows, presumed))
        return Board(
            dataset=place[0],
            split=place[1],
            items_sha256=place[2],
            n=max(run.n for run in standings),
            private=standings[0].private,
            metric=self.examiner.metric,
            label_mode=self.examiner.label_mode,
            ranked=ranked,
            unranked=self.unranked(race, shown),
            higher_is_better=self.higher_is_better,
            more_ranked=fitting - len(ranked),
            more_unranked=len(unranked) - len(shown),
            filtered=len(presumed) + len(race.hopeless) - fitting - len(unranked),
        )

    def ranked(self, race: Race, presumed: Sequence[Standing]) -> tuple[BoardRow, ...]:
        """The rows that hold their places as the view shows them, with rank, group and front."""
        group_of = groups_of(self.examiner.connection, presumed, self.right, len(race.holders)) if self.right else {}
        ranks = competition_ranks([holder.standing.badness or 0.0 for holder in race.holders])
        rows = [
            replace(holder.row, rank=rank, group=group_of.get(holder.standing.run_id))
            for rank, holder in zip(ranks, race.holders, strict=True)
        ]
        shown = {holder.standing.run_id for holder in race.holders if self.shows(holder.standing)}
        return self.view.cut(self.view.in_order([row for row in self.with_front(rows) if row.run_id in shown]))

    def with_front(self, rows: Sequence[BoardRow]) -> Sequence[BoardRow]:
        """Rows that say whether they are on the front, where the view asks for it."""
        if self.view.pareto is None:
            return rows
        on_front = front(rows, self.examiner.metric, self.view.pareto, higher_is_better=self.higher_is_better)
        return [replace(row, on_front=on) for row, on in zip(rows, on_front, strict=True)]

    def unranked(self, race: Race, shown: Sequence[Standing]) -> tuple[BoardRow, ...]:
        """The rows of runs that may not be ranked, with the reasons."""
        unread = [run.run_id for run in shown if run.run_id not in race.fallen]
        rows = race.fallen | self.examiner.rows(unread)
        return tuple(rows[run.run_id] for run in shown if run.run_id in rows)


def anything(_: Standing) -> bool:
    """Every run."""
    return True
