"""Boards as GitHub-flavoured Markdown, in which no name can be more than a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ferbench.report.board_sheets import Grid, Sheet

#: What Markdown, its tables, links, emoji and formulas are made of. `<`, `>` and `&` are entities, since HTML is read
#: before anything else; `$` is one, since GitHub finds formulas behind a backslash, too.
_ESCAPED = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]|~#:@!"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "&#36;"}
)


def markdown(sheets: Sequence[Sheet]) -> str:
    """Every board under a heading of its own, with one table of ranked and one of unranked rows."""
    return "\n".join(line for sheet in sheets for line in sheet_lines(sheet))


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The lines of one board."""
    yield f"### {escaped(sheet.title)}\n"
    for grid in sheet.grids:
        yield from table_lines(grid)
        yield ""
    for note in sheet.remarks:
        yield f"{escaped(note)}\n"


def table_lines(grid: Grid[Any]) -> Iterator[str]:
    """A pipe table; numbers to the right."""
    yield piped(grid.headings)
    yield "|".join(["", *["---:" if column.right else "---" for column in grid.columns], ""])
    for cells in grid.cells:
        yield piped(cells)


def piped(cells: Iterable[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(escaped(cell) for cell in cells)} |"


def escaped(text: str) -> str:
    """A printable text that Markdown shows as it is."""
    return text.translate(_ESCAPED).replace("www.", "www\\.")
