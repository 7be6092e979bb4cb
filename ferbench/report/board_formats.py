"""The formats that boards are written in, each a function of the boards and of all columns that they may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.report.board_csv import csv_text
from ferbench.report.board_html import html
from ferbench.report.board_latex import latex
from ferbench.report.board_markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferbench.report.board_cells import Column
    from ferbench.report.board_sheets import Sheet

FORMATS: Mapping[str, Callable[[Sequence[Sheet], Sequence[Column[Any]]], str]] = {
    "md": lambda sheets, _: markdown(sheets),
    "csv": csv_text,
    "html": lambda sheets, _: html(sheets),
    "latex": lambda sheets, _: latex(sheets),
}
