"""The leaderboard in the terminal: one table a test set, best first, unranked rows apart with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table

from ferbench.report.formatting import ABSENT, decimal, giga, millions, percent, percent_interval, safe, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from ferbench.leaderboard.ranking import Board, BoardRow

_HEADINGS = (
    "rank",
    "model",
    "weights",
    "accuracy %",
    "95 % interval",
    "UAR %",
    "macro-F1",
    "params",
    "MACs",
    "latency p50",
    "input",
    "selected by",
    "extra data",
)


def boards_report(boards: Sequence[Board]) -> Group:
    """All boards, one after the other."""
    return Group(*[part for board in boards for part in board_parts(board)])


def board_parts(board: Board) -> list[RenderableType]:
    """One board: its ranked rows, what to keep in mind, and its unranked rows."""
    images = f"{board.n:,} images, items {board.items_sha256[:8]}"
    title = f"{board.dataset} ({board.split}), {images}, {board.label_mode} labels"
    ranked, unranked = [row for row in board.rows if row.ranked], [row for row in board.rows if not row.ranked]
    parts: list[RenderableType] = [ranked_table(title, ranked)]
    if board.mixed_inputs:
        parts.append(
            safe("The rows saw different pixels of the same images: this compares systems, not models.", "yellow")
        )
    parts.extend([unranked_table(unranked)] if unranked else [])
    return parts


def ranked_table(title: str, rows: Sequence[BoardRow]) -> Table:
    """The rows that may be compared."""
    table = Table(*_HEADINGS, title=safe(title), title_justify="left")
    for row in rows:
        table.add_row(str(row.rank), *cells(row))
    return table


def unranked_table(rows: Sequence[BoardRow]) -> Table:
    """The rows that were recorded and may not be compared, each with its reasons."""
    table = Table(*_HEADINGS[1:10], "not ranked because", title="recorded, not ranked", title_justify="left")
    for row in rows:
        table.add_row(*cells(row)[:9], safe("; ".join(row.reasons)))
    return table


def cells(row: BoardRow) -> list[RenderableType]:
    """A row of a board from the model's name on."""
    latency = row.latency_model_ms_p50
    return [
        safe(row.model),
        safe(row.weights_name),
        percent(row.scores.get("accuracy")),
        percent_interval(row.intervals.get("accuracy")),
        percent(row.scores.get("uar")),
        decimal(row.scores.get("f1_macro")),
        millions(row.params_total),
        giga(row.macs),
        ABSENT if latency is None else f"{unit(latency, 'ms')}",
        safe(row.input),
        safe(row.selection),
        safe(", ".join(row.extra_data) if row.extra_data else ABSENT),
    ]
