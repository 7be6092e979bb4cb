"""The first page: what is in the store at a glance, and what every model scores on every test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.leaderboard.matrix import matrix
from ferbench.report.site.names import model_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.leaderboard.rows import RunRow
    from ferbench.report.site.board_page import BoardPage, RowView
    from ferbench.report.site.facts import Facts

METRIC = "accuracy"
#: So many rows of each matrix are shown.
_ROWS = 60
_NEWEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A model, or a model with certain `weights`, and for every column its best run there or None."""

    model: str
    weights: str
    page: str
    cells: tuple[RowView | None, ...]

    @property
    def leads(self) -> int:
        """On how many test sets it is in the best group."""
        return sum(cell is not None and cell.in_best_group for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The first rows; `more` are left out."""

    rows: tuple[MatrixRow, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The boards, those with most ranked runs first, and two tables of them.

    `columns` are the boards that rank something. `models` has one row a model, with whichever weights are best on a
    test set. `transfers` has one row for weights that were run on several test sets. `newest` are runs with their rows
    on a board, where they have one; `titles` are those of data sets by name.
    """

    boards: tuple[BoardPage, ...]
    columns: tuple[BoardPage, ...]
    models: Matrix
    transfers: Matrix
    newest: tuple[tuple[RunRow, RowView | None], ...]
    titles: Mapping[str, str]
    runs: int
    ranked: int
    model_count: int
    answers: int


def overview(runs: Sequence[RunRow], boards: Sequence[BoardPage], facts: Facts) -> Overview:
    """The overview of a site; runs are given newest first."""
    row_of = {row.row.run_id: row for view in boards for row in (*view.rows, *view.unranked)}
    columns = tuple(view for view in boards if view.rows)
    return Overview(
        boards=tuple(sorted(boards, key=lambda view: -len(view.rows))),
        columns=columns,
        models=cut(model_rows(columns)),
        transfers=cut(transfer_rows(columns)),
        newest=tuple((run, row_of.get(run.run_id)) for run in runs[:_NEWEST]),
        titles={run.dataset: facts.title(run.dataset) for run in runs},
        runs=len(runs),
        ranked=sum(len(view.rows) for view in boards),
        model_count=len({run.model for run in runs}),
        answers=sum(run.n for run in runs),
    )


def cut(rows: Sequence[MatrixRow]) -> Matrix:
    """The first rows: those that share the lead most often, then those with most cells."""
    ordered = sorted(rows, key=lambda row: (-row.leads, sum(cell is None for cell in row.cells)))
    return Matrix(rows=tuple(ordered[:_ROWS]), more=max(len(ordered) - _ROWS, 0))


def model_rows(columns: Sequence[BoardPage]) -> list[MatrixRow]:
    """One row a model, by name."""
    best: dict[str, dict[int, RowView]] = {}
    for number, view in enumerate(columns):
        for row in view.rows:
            # Rows are best first: the first of a model is its best.
            best.setdefault(row.row.model, {}).setdefault(number, row)
    return [matrix_row(model, "", best[model], len(columns)) for model in sorted(best)]


def transfer_rows(columns: Sequence[BoardPage]) -> list[MatrixRow]:
    """One row for each entry of the cross-data-set table that has several cells."""
    table = matrix([view.board for view in columns], METRIC)
    view_of = {row.row.run_id: row for view in columns for row in view.rows}
    return [
        matrix_row(
            entry.model,
            "; ".join(text for text in (entry.weights_name, entry.seen) if text),
            {number: view_of[row.run_id] for number, row in entry.cells.items()},
            len(columns),
        )
        for entry in table.entries
        if len(entry.cells) > 1
    ]


def matrix_row(model: str, weights: str, cells: Mapping[int, RowView], width: int) -> MatrixRow:
    """A row of a matrix."""
    return MatrixRow(
        model=model,
        weights=weights,
        page=model_page(model),
        cells=tuple(cells.get(number) for number in range(width)),
    )
