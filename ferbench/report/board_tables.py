"""The leaderboard in the terminal: one table a test set, best first, unranked rows apart with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import table
from rich.cells import cell_len

from ferbench.report.board_cells import REASONS
from ferbench.report.board_sheets import MIXED_DEVICES, MIXED_INPUTS
from ferbench.report.formatting import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

    from ferbench.report.board_cells import Column
    from ferbench.report.board_sheets import Grid, Sheet

#: A text column wants no more room than this: longer texts are wrapped.
WRAPPED = 24
#: What a column takes beside its text, and a table beside its columns.
BORDER, EDGE = 3, 1
WARNINGS = {MIXED_INPUTS, MIXED_DEVICES}


@dataclass(frozen=True, slots=True)
class BoardsReport:
    """All boards, one after the other."""

    sheets: Sequence[Sheet]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """What fits the width of the terminal, and what was left out for that."""
        left_out: dict[str, None] = {}
        for sheet in self.sheets:
            tables = [FittedGrid(grid, options.max_width) for grid in (sheet.ranked, sheet.unranked)]
            left_out |= dict.fromkeys(heading for fitted in tables for heading in fitted.left_out)
            yield from sheet_parts(sheet, *tables)
        if left_out:
            yield safe(f"Left out at this width: {', '.join(left_out)}. --format json has all.")


class FittedGrid:
    """The columns of a grid that fit a width: those that yield last are put in first; some always are."""

    def __init__(self, grid: Grid[Any], width: int) -> None:
        self.columns, self.cells, headings = grid.columns, grid.cells, grid.headings
        self.headings = headings
        left = width - EDGE
        shown: set[int] = set()
        for place in sorted(range(len(self.columns)), key=lambda place: self.columns[place].yields):
            needed = BORDER + self.needed(place)
            if needed <= left or not self.columns[place].yields:
                shown.add(place)
                left -= needed
        self.shown = sorted(shown)

    def needed(self, place: int) -> int:
        """The room that a column needs, without its border."""
        longest = max(cell_len(text) for text in (self.headings[place], *(cells[place] for cells in self.cells)))
        return min(longest, WRAPPED) if is_wrapped(self.columns[place]) else longest

    @property
    def left_out(self) -> list[str]:
        """The headings of the columns that do not fit."""
        return [text for place, text in enumerate(self.headings) if place not in self.shown] if self.cells else []

    def rendered(self) -> table.Table:
        """The table of what fits."""
        columns = [(self.columns[place], self.headings[place]) for place in self.shown]
        found = table.Table(
            *[table.Column(safe(text), no_wrap=not is_wrapped(column), overflow="fold") for column, text in columns]
        )
        for cells in self.cells:
            found.add_row(*[safe(cells[place]) for place in self.shown])
        return found


def is_wrapped(column: Column[Any]) -> bool:
    """Whether the cells of a column may take several lines: texts that yield, and reasons."""
    return column is REASONS or (column.yields > 0 and not column.right)


def sheet_parts(sheet: Sheet, ranked: FittedGrid, unranked: FittedGrid) -> Iterator[RenderableType]:
    """One board: its ranked rows, what to keep in mind, and its unranked rows."""
    yield safe(sheet.title, "bold")
    if ranked.cells:
        yield ranked.rendered()
    for note in sheet.notes:
        yield safe(note, "yellow" if note in WARNINGS else "")
    if unranked.cells:
        yield unranked.rendered()
    if sheet.more:
        yield safe(sheet.more)
