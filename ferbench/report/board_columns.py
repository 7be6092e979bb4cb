"""Which columns the runs of a board have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ferbench.report import board_cells as cells
from ferbench.report.formatting import HEADLINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.board import Board
    from ferbench.report.board_cells import Line, RunColumn


def ranked_columns(board: Board, lines: Sequence[Line], *, front: bool) -> list[RunColumn]:
    """The columns of ranked rows: those that would say the same, or nothing, in every line are left out."""
    mark = [cells.FRONT] if front else []
    beside = [cells.BESIDE] if any(map(cells.beside_text, lines)) else []
    provenance = [cells.SELECTED_BY, cells.EXTRA_DATA, *differing(board), cells.INPUT, cells.LICENCE, *origins(board)]
    return [*places(board), *mark, *scored(board, beside), *provenance]


def unranked_columns(board: Board) -> list[RunColumn]:
    """The columns of rows without a rank: the reasons stand in place of the provenance."""
    return [*scored(board), *origins(board), cells.REASONS]


def all_columns(metric: str) -> list[RunColumn]:
    """Every column that a board by a metric may have."""
    provenance = [cells.SELECTED_BY, cells.EXTRA_DATA, cells.VERDICTS, cells.INPUT, cells.LICENCE, cells.ORIGIN]
    scores = [*who_and_how_good(metric, [cells.SEEN], [cells.BESIDE]), cells.LATENCY]
    return [cells.RANK, cells.GROUP, cells.FRONT, *scores, *provenance, cells.REASONS, cells.RUN]


def places(board: Board) -> list[RunColumn]:
    """Where a row stands: its group rather than its bare rank, where there are groups."""
    return [replace(cells.RANK, yields=6), cells.GROUP] if is_grouped(board) else [cells.RANK]


def is_grouped(board: Board) -> bool:
    """Whether the ranked rows of a board are several, and have significance groups."""
    return len(board.ranked) > 1 and any(row.group is not None for row in board.ranked)


def scored(board: Board, beside: Sequence[RunColumn] = ()) -> list[RunColumn]:
    """Who, seeing how where rows differ in that, how good by the metric that sorts and by others, at what cost."""
    seen = [cells.SEEN] if any(row.seen for row in board.rows) else []
    timed = any(row.latency_model_ms_p50 is not None for row in board.rows)
    return [*who_and_how_good(board.metric, seen, beside), *([cells.LATENCY] if timed else [])]


def who_and_how_good(metric: str, seen: Sequence[RunColumn], beside: Sequence[RunColumn]) -> list[RunColumn]:
    """Model and weights, the metric that sorts with what is reported beside it, other metrics, size."""
    score = cells.marked(cells.score_column(metric))
    others = [replace(cells.score_column(name), yields=10) for name in HEADLINE if name != metric]
    return [cells.MODEL, cells.WEIGHTS, *seen, score, *beside, *others, cells.PARAMS, cells.MACS]


def differing(board: Board) -> list[RunColumn]:
    """The verdicts on labels and pixels where ranked rows differ in them; else the title of the board says them."""
    return [cells.VERDICTS] if len({(row.labels, row.pixels) for row in board.ranked}) > 1 else []


def origins(board: Board) -> list[RunColumn]:
    """Where a row was measured, when some of them were imported."""
    return [cells.ORIGIN] if any(row.origin for row in board.rows) else []
