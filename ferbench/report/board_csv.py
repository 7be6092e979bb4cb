"""All boards in one CSV file: one line a run, or an entry, with the facts behind what people see."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from ferbench.report.board_sheets import printable
from ferbench.report.exports import harmless, line_writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.report.board_cells import Column, Fact
    from ferbench.report.board_sheets import Sheet

#: What makes the rows of a board comparable. `images` are those of the board.
BOARD = ("dataset", "split", "items_sha256", "images", "label_mode", "metric")


def csv_text(sheets: Sequence[Sheet], columns: Sequence[Column[Any]]) -> str:
    """A header and one line a run, or an entry. Numbers are as precise as they are stored; unknown is an empty cell."""
    file = StringIO()
    write = line_writer(file)
    facts = {name: fact for column in columns for name, fact in column.facts.items()}
    write([*BOARD, *map(cell, facts)])
    for sheet in sheets:
        for grid in sheet.grids:
            for line in grid.lines:
                write([cell(value) for value in (*identity(sheet), *(fact(line) for fact in facts.values()))])
    return file.getvalue()


def identity(sheet: Sheet) -> list[Fact]:
    """The values of BOARD."""
    board = sheet.board
    return [board.dataset, board.split, board.items_sha256, board.n, board.label_mode, board.metric]


def cell(value: Fact) -> str:
    """A fact as a cell. Texts may come from a stranger: they are printable, and no formulas."""
    if value is None:
        return ""
    return harmless(printable(value)) if isinstance(value, str) else repr(value)
