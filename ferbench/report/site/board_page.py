"""A board as its page and the overview show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.report.board_cells import is_test_best
from ferbench.report.site.board_figures import cost_plots
from ferbench.report.site.comparisons import board_comparisons
from ferbench.report.site.names import board_page, model_page, run_page
from ferbench.report.site.reported import comparable, comparable_values, reported_on
from ferbench.report.site.scale import scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.board import Board, BoardRow
    from ferbench.report.board_claims import Beside, FindBeside
    from ferbench.report.site.board_figures import CostPlot
    from ferbench.report.site.comparisons import BoardComparisons
    from ferbench.report.site.reported import Reported
    from ferbench.report.site.scale import Scale, Strip
    from ferbench.report.site.sources import Sources

#: Rows of a board on the overview, and on its own page: a page must stay small enough for a phone.
_SHORT = 6
_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row with the pages that it leads to. `fronts` are the costs on whose Pareto front it is."""

    row: BoardRow
    page: str
    model_page: str
    value: float | None
    interval: tuple[float, float] | None
    strip: Strip | None
    reported: tuple[Beside, ...]
    fronts: tuple[str, ...]

    @property
    def in_best_group(self) -> bool:
        """Whether it could not be told apart from the best run, or is it."""
        return self.row.group == 1 if self.row.group is not None else self.row.rank == 1

    @property
    def comparable(self) -> tuple[Beside, ...]:
        """What is reported and can be set beside the value."""
        return comparable(self.reported)

    @property
    def test_best(self) -> bool:
        """Whether the weights were chosen by their score on a test set."""
        return is_test_best(self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The first rows of a board for the overview, each with its strip on a scale of their own."""

    scale: Scale
    rows: tuple[tuple[RowView, Strip | None], ...]

    @property
    def band(self) -> Strip | None:
        """The interval of the best row."""
        return self.rows[0][1] if self.rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """A board with everything around it."""

    board: Board
    title: str
    page: str
    scale: Scale
    card: Card
    rows: tuple[RowView, ...]
    unranked: tuple[RowView, ...]
    plots: tuple[CostPlot, ...]
    comparisons: BoardComparisons
    reported: Reported

    @property
    def shown(self) -> tuple[RowView, ...]:
        """The rows on its own page."""
        return self.rows[:_MOST]

    @property
    def shown_unranked(self) -> tuple[RowView, ...]:
        """The rows without a rank on its own page."""
        return self.unranked[:_MOST]

    @property
    def best(self) -> tuple[RowView, ...]:
        """The rows of the first group."""
        return tuple(row for row in self.rows if row.in_best_group)

    @property
    def band(self) -> Strip | None:
        """The interval of the best row."""
        return self.rows[0].strip if self.rows else None

    @property
    def any_reported(self) -> bool:
        """Whether something is reported beside a row."""
        return any(row.reported for row in self.rows)

    @property
    def any_test_best(self) -> bool:
        """Whether weights of a row were chosen by their score on a test set."""
        return any(row.test_best for row in self.rows)

    @property
    def any_views(self) -> bool:
        """Whether a ranked run took several views of a picture."""
        return any(row.row.views > 1 for row in self.rows)

    @property
    def mixed_devices(self) -> bool:
        """Whether latencies were measured on several devices, or with several settings."""
        return len({row.row.cost_key for row in self.rows if row.row.latency_model_ms_p50 is not None}) > 1


def board_page_of(board: Board, sources: Sources, beside: FindBeside) -> BoardPage:
    """The page of a board."""
    plots = cost_plots(replace(board, ranked=board.ranked[:_MOST]))
    reported = {row.run_id: beside(board, row) for row in board.ranked}
    values = [value for found in reported.values() for value in comparable_values(found)]
    scale = scale_of(board.ranked, board.metric, values)
    rows = tuple(row_view(board, row, scale, reported[row.run_id], plots) for row in board.ranked)
    return BoardPage(
        board=board,
        title=sources.facts.title(board.dataset),
        page=board_page(board.dataset, board.split, board.items_sha256),
        scale=scale,
        card=card_of(board, rows[:_SHORT]),
        rows=rows,
        unranked=tuple(row_view(board, row, None, (), ()) for row in board.unranked),
        plots=plots,
        comparisons=board_comparisons(sources, board),
        reported=reported_on(board, sources),
    )


def card_of(board: Board, rows: Sequence[RowView]) -> Card:
    """The card of the first rows of a board."""
    values = {item.row.run_id: comparable_values(item.reported) for item in rows}
    claims = [value for found in values.values() for value in found]
    scale = scale_of([item.row for item in rows], board.metric, claims)
    strips = [
        None if item.value is None else scale.strip(item.value, item.interval, values[item.row.run_id]) for item in rows
    ]
    return Card(scale=scale, rows=tuple(zip(rows, strips, strict=True)))


def row_view(
    board: Board,
    row: BoardRow,
    scale: Scale | None,
    reported: tuple[Beside, ...],
    plots: tuple[CostPlot, ...],
) -> RowView:
    """The view of a row; without a scale it has no strip."""
    value, interval = row.scores.get(board.metric), row.intervals.get(board.metric)
    return RowView(
        row=row,
        page=run_page(row.model, row.dataset, row.run_id),
        model_page=model_page(row.model),
        value=value,
        interval=interval,
        strip=scale.strip(value, interval, comparable_values(reported)) if scale and value is not None else None,
        reported=reported,
        fronts=tuple(plot.axis.title for plot in plots if row.run_id in plot.front),
    )
