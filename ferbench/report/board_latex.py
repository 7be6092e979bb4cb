r"""Boards as LaTeX: one `tabular` of booktabs for the ranked rows of a board, and one for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ferbench.report.board_sheets import Grid, Sheet

#: `[` and `*` behind the end of a row would be arguments of it; `"` is a shorthand of some languages.
_ESCAPED = str.maketrans(
    {char: f"\\{char}" for char in "{}$&#_%"}
    | {char: f"{{{char}}}" for char in "[]*"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"{\char34}",
    }
)


def latex(sheets: Sequence[Sheet]) -> str:
    r"""Every board with its hash in a comment, to be put into a document that has `\usepackage{booktabs}`."""
    return "\n".join(line for sheet in sheets for line in sheet_lines(sheet))


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The lines of one board; its notes are text below the tables."""
    yield rf"% {escaped(sheet.title)}"
    yield f"% items {escaped(sheet.board.items_sha256)}"
    yield r"% \usepackage{booktabs}"
    for grid in sheet.grids:
        yield from table_lines(grid)
    for note in sheet.remarks:
        yield rf"\noindent{{\footnotesize {escaped(note)}\par}}"
    yield ""


def table_lines(grid: Grid[Any]) -> Iterator[str]:
    """One `tabular`; numbers to the right."""
    yield rf"\begin{{tabular}}{{{''.join('r' if column.right else 'l' for column in grid.columns)}}}"
    yield r"\toprule"
    yield row(grid.headings)
    yield r"\midrule"
    for cells in grid.cells:
        yield row(cells)
    yield r"\bottomrule"
    yield "\\end{tabular}\n\\par\\medskip"


def row(cells: Iterable[str]) -> str:
    """One line of a table."""
    return rf"{' & '.join(escaped(cell) for cell in cells)} \\"


def escaped(text: str) -> str:
    """A printable text that LaTeX sets as it is."""
    return text.translate(_ESCAPED)
