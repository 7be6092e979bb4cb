"""The leaderboard in the terminal: one table a test set, best first, unranked rows apart with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.table import Column, Table

from ferbench.report.formatting import ABSENT, HEADLINE, decimal, giga, millions, percent, percent_interval, safe, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

    from ferbench.leaderboard.ranking import Board, BoardRow

#: Columns of a terminal from which on all columns of a board fit.
WIDE = 130
MIXED_INPUTS = "The rows saw different pixels of the same images: this compares systems, not models."
#: A run that saw the pictures as they are, once each.
WHOLE = "as they are"
MIXED_DEVICES = "Latencies were measured on different devices or settings: compare only equal cost_keys (--json)."
GROUPS = (
    "Rows of a group could not be told apart from its first row (exact McNemar test, Holm, 0.05): ferbench compare."
)
NARROWED = f"Some columns are left out below {WIDE} columns; --json has all."


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of a board; one that is not essential is left out on a narrow terminal."""

    heading: str
    cell: Callable[[BoardRow], RenderableType]
    essential: bool = False


@dataclass(frozen=True, slots=True)
class BoardsReport:
    """All boards, one after the other, each with at most `top` ranked and `top` unranked rows."""

    boards: Sequence[Board]
    top: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """What fits the width of the terminal."""
        wide = options.max_width >= WIDE
        for board in self.boards:
            yield from board_parts(board, self.top, wide=wide)
        if not wide:
            yield safe(NARROWED)


def board_parts(board: Board, top: int, *, wide: bool) -> Iterator[RenderableType]:
    """One board: its ranked rows, what to keep in mind, and its unranked rows."""
    images = f"{board.n:,} images{without(board)}, items {board.items_sha256[:8]}"
    yield safe(f"{board.dataset} ({board.split}), {images}, {board.label_mode} labels, by {board.metric}", "bold")
    if board.ranked:
        yield rows_table([*places(board), *scored(board), *PROVENANCE], board.ranked[:top], wide=wide)
    if is_grouped(board):
        yield safe(GROUPS)
    if board.mixed_inputs:
        yield safe(MIXED_INPUTS, "yellow")
    if len({row.cost_key for row in board.ranked}) > 1:
        yield safe(MIXED_DEVICES, "yellow")
    if board.unranked:
        yield rows_table([*scored(board), REASONS], board.unranked[:top], wide=wide)
    left_out = max(len(board.ranked) - top, 0) + max(len(board.unranked) - top, 0)
    if left_out:
        yield safe(f"{left_out:,} more rows: --top {len(board.rows)}, or --json for all.")


def is_grouped(board: Board) -> bool:
    """Whether the ranked rows of a board are several, and have significance groups."""
    return len(board.ranked) > 1 and any(row.group is not None for row in board.ranked)


def places(board: Board) -> list[BoardColumn]:
    """Where a row stands: its group rather than its bare rank, where there are groups."""
    return [replace(RANK, essential=False), GROUP] if is_grouped(board) else [RANK]


def without(board: Board) -> str:
    """The classes whose images a board leaves out, after the number of those that it has."""
    return f" without {', '.join(board.left_out)}" if board.left_out else ""


def rows_table(columns: Sequence[BoardColumn], rows: Sequence[BoardRow], *, wide: bool) -> Table:
    """Rows with all columns, or with the essential ones; these keep their width, reasons are wrapped."""
    shown = [column for column in columns if wide or column.essential]
    table = Table(*[Column(column.heading, no_wrap=column.essential and column is not REASONS) for column in shown])
    for row in rows:
        table.add_row(*[column.cell(row) for column in shown])
    return table


def scored(board: Board) -> list[BoardColumn]:
    """Who, seeing how where rows differ in that, how good by the metric that sorts and by others, at what cost."""
    seen = [SEEN] if any(row.seen for row in board.rows) else []
    others = [score_column(name) for name in HEADLINE if name != board.metric]
    return [MODEL, WEIGHTS, *seen, score_column(board.metric, essential=True), *others, *COST]


def score_column(metric: str, *, essential: bool = False) -> BoardColumn:
    """A metric, with its interval where it has one."""
    return BoardColumn(
        HEADLINE.get(metric, metric),
        lambda row: score_text(metric, row.scores.get(metric), row.intervals.get(metric)),
        essential,
    )


def score_text(metric: str, value: float | None, interval: tuple[float, float] | None) -> str:
    """A score as its heading says."""
    shown = percent(value) if "%" in HEADLINE.get(metric, "") else decimal(value)
    return f"{shown} ({percent_interval(interval)})" if interval else shown


RANK = BoardColumn("rank", lambda row: str(row.rank), essential=True)
GROUP = BoardColumn("group", lambda row: ABSENT if row.group is None else str(row.group), essential=True)
MODEL = BoardColumn("model", lambda row: safe(row.model), essential=True)
WEIGHTS = BoardColumn("weights", lambda row: safe(row.weights_name))
SEEN = BoardColumn("pictures seen", lambda row: safe(row.seen or WHOLE), essential=True)
COST = (
    BoardColumn("params", lambda row: millions(row.params_total), essential=True),
    BoardColumn("MACs", lambda row: giga(row.macs), essential=True),
    BoardColumn("latency p50", lambda row: unit(row.latency_model_ms_p50, "ms")),
)
PROVENANCE = (
    BoardColumn("input", lambda row: safe(row.input)),
    BoardColumn("selected by", lambda row: safe(row.selection)),
    BoardColumn("extra data", lambda row: safe(", ".join(row.extra_data or ()) or ABSENT)),
)
REASONS = BoardColumn("not ranked because", lambda row: safe("; ".join(row.reasons)), essential=True)
