"""The cross-data-set table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Column, Table

from ferbench.report.board_cells import WHOLE, score_text
from ferbench.report.board_sheets import without
from ferbench.report.formatting import ABSENT, safe

if TYPE_CHECKING:
    from ferbench.leaderboard.matrix import Entry, Matrix
    from ferbench.leaderboard.ranking import Board


def matrix_table(matrix: Matrix) -> Table:
    """One row a model with its weights, one column a board; a dash where no ranked run is recorded."""
    columns = [Column(safe(heading(board)), justify="right") for board in matrix.boards]
    table = Table(
        "model", "weights", "seen", *columns, title=safe(f"{matrix.metric} by data set"), title_justify="left"
    )
    for entry in matrix.entries:
        cells = [cell(entry, number, matrix.metric) for number in range(len(matrix.boards))]
        table.add_row(safe(entry.model), safe(entry.weights_name or ABSENT), safe(entry.seen or WHOLE), *cells)
    return table


def heading(board: Board) -> str:
    """A column: the test set, the number of its images, and the classes that were left out."""
    return f"{board.dataset}\n{board.split}, n = {board.n:,}{without(board)}"


def cell(entry: Entry, number: int, metric: str) -> str:
    """The best score of an entry on a board, without its interval: the boards themselves show that."""
    row = entry.cells.get(number)
    return ABSENT if row is None else score_text(metric, row.scores.get(metric), None)


def matrix_document(matrix: Matrix) -> dict[str, Any]:
    """The table as JSON data: the boards, and for every model one value or null a board, with its interval and run."""
    identity = ("dataset", "split", "items_sha256", "n", "label_mode")
    return {
        "metric": matrix.metric,
        "boards": [
            {**{name: getattr(board, name) for name in identity}, "left_out": board.left_out} for board in matrix.boards
        ],
        "entries": [
            {
                "model": entry.model,
                "weights": entry.weights_name,
                "weights_sha256": entry.weights_sha256,
                "seen": entry.seen,
                "cells": [cell_document(entry, number, matrix.metric) for number in range(len(matrix.boards))],
            }
            for entry in matrix.entries
        ],
    }


def cell_document(entry: Entry, number: int, metric: str) -> dict[str, Any] | None:
    """A cell as JSON data, or None."""
    row = entry.cells.get(number)
    if row is None:
        return None
    return {"run_id": row.run_id, "value": row.scores.get(metric), "interval": row.intervals.get(metric)}
