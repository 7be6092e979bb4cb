"""Boards on stdout, in the format that was asked for."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.catalog import Catalog
    from ferbench.leaderboard.board import Board
    from ferbench.leaderboard.views import BoardView
    from ferbench.report.board_cells import Column
    from ferbench.report.board_sheets import Sheet


class FormatOption(StrEnum):
    """How boards are written."""

    TABLE = "table"
    MD = "md"
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    LATEX = "latex"


def show_rows(boards: Sequence[Board], view: BoardView, catalog: Catalog, form: FormatOption, metric: str) -> None:
    """Write boards with one line a run, beside what is reported."""
    from ferbench.cli.reported import read
    from ferbench.report.board_claims import claims_beside
    from ferbench.report.board_columns import all_columns
    from ferbench.report.board_documents import row_documents
    from ferbench.report.board_sheets import sheet

    beside = claims_beside(read(catalog, None), catalog)
    sheets = [sheet(board, beside, view.pareto) for board in boards]
    if form is FormatOption.JSON:
        print_document(sheets, "rows", row_documents(sheets))
    else:
        write_sheets(sheets, all_columns(metric), form)


def show_entries(boards: Sequence[Board], top: int | None, form: FormatOption, metric: str) -> None:
    """Write boards with one line for all trainings of a network."""
    from ferbench.report.board_documents import entry_documents
    from ferbench.report.board_seeds import all_seed_columns, seed_sheet

    sheets = [seed_sheet(board, top) for board in boards]
    if form is FormatOption.JSON:
        print_document(sheets, "entries", entry_documents(sheets))
    else:
        write_sheets(sheets, all_seed_columns(metric), form)


def print_document(sheets: Sequence[Sheet], name: str, lines: list[dict[str, Any]]) -> None:
    """The JSON document of boards, with their lines by a name."""
    from ferbench.cli.console import print_json
    from ferbench.report.board_documents import board_documents

    print_json({"schema_version": SCHEMA_VERSION, "boards": board_documents(sheets), name: lines})


def write_sheets(sheets: Sequence[Sheet], columns: Sequence[Column[Any]], form: FormatOption) -> None:
    """Write boards to stdout, as tables of the terminal or as the one document of the command."""
    from ferbench.cli.console import output_to, show

    if form is FormatOption.TABLE:
        from ferbench.report.board_tables import BoardsReport

        if sheets:
            show(BoardsReport(sheets))
        return
    from ferbench.report.board_formats import FORMATS

    with output_to("stdout"):
        sys.stdout.write(FORMATS[form.value](sheets, columns))
        sys.stdout.flush()
