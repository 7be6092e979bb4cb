"""The leaderboard in the terminal: one table a test set, best first, unranked rows apart with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table

from ferbench.report.formatting import ABSENT, HEADLINE, decimal, giga, millions, percent, percent_interval, safe, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from ferbench.leaderboard.ranking import Board, BoardRow

_FACTS = ("params", "MACs", "latency p50")


def boards_report(boards: Sequence[Board], top: int) -> Group:
    """All boards, one after the other, each with at most `top` ranked and `top` unranked rows."""
    return Group(*[part for board in boards for part in board_parts(board, top)])


def board_parts(board: Board, top: int) -> list[RenderableType]:
    """One board: its ranked rows, what to keep in mind, and its unranked rows."""
    images = f"{board.n:,} images, items {board.items_sha256[:8]}"
    title = f"{board.dataset} ({board.split}), {images}, {board.label_mode} labels, by {board.metric}"
    parts: list[RenderableType] = [safe(title, "bold")]
    if board.ranked:
        parts.append(ranked_table(board.metric, board.ranked[:top]))
    if board.mixed_inputs:
        warning = "The rows saw different pixels of the same images: this compares systems, not models."
        parts.append(safe(warning, "yellow"))
    if board.unranked:
        parts.append(unranked_table(board.metric, board.unranked[:top]))
    left_out = max(len(board.ranked) - top, 0) + max(len(board.unranked) - top, 0)
    if left_out:
        parts.append(safe(f"{left_out:,} more rows: --top {len(board.rows)}, or --json for all."))
    return parts


def ranked_table(metric: str, rows: Sequence[BoardRow]) -> Table:
    """The rows that may be compared."""
    table = Table("rank", "model", "weights", *score_headings(metric), *_FACTS, "input", "selected by", "extra data")
    for row in rows:
        provenance = (row.input, row.selection, ", ".join(row.extra_data or ()) or ABSENT)
        table.add_row(
            str(row.rank), *name_cells(row), *score_cells(row, metric), *cost_cells(row), *map(safe, provenance)
        )
    return table


def unranked_table(metric: str, rows: Sequence[BoardRow]) -> Table:
    """The rows that were recorded and may not be compared, each with its reasons."""
    table = Table("not ranked", "weights", *score_headings(metric), *_FACTS, "because")
    for row in rows:
        table.add_row(*name_cells(row), *score_cells(row, metric), *cost_cells(row), safe("; ".join(row.reasons)))
    return table


def shown_metrics(metric: str) -> list[str]:
    """The metric that sorts, then the other headline metrics."""
    return [metric, *[name for name in HEADLINE if name != metric]]


def score_headings(metric: str) -> list[str]:
    """Headings of the scores."""
    return [HEADLINE.get(name, name) for name in shown_metrics(metric)]


def score_cells(row: BoardRow, metric: str) -> list[str]:
    """The scores of a row, each with its interval where it has one."""
    return [score_text(name, row.scores.get(name), row.intervals.get(name)) for name in shown_metrics(metric)]


def score_text(metric: str, value: float | None, interval: tuple[float, float] | None) -> str:
    """A score as its heading says."""
    shown = percent(value) if "%" in HEADLINE.get(metric, "") else decimal(value)
    return f"{shown} ({percent_interval(interval)})" if interval else shown


def name_cells(row: BoardRow) -> list[RenderableType]:
    """Which model, with which weights."""
    return [safe(row.model), safe(row.weights_name)]


def cost_cells(row: BoardRow) -> list[str]:
    """What the row costs."""
    return [millions(row.params_total), giga(row.macs), unit(row.latency_model_ms_p50, "ms")]
