"""Boards as JSON data."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ferbench.report.board_cells import is_test_best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.seeds import SeedEntry
    from ferbench.report.board_cells import Line
    from ferbench.report.board_claims import Beside
    from ferbench.report.board_sheets import Sheet

IDENTITY = ("dataset", "split", "items_sha256", "label_mode", "n")


def board_documents(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """The boards without their rows: identity, what they leave out, and what to keep in mind."""
    return [
        {
            **{name: getattr(sheet.board, name) for name in (*IDENTITY, "metric", "private")},
            "left_out": sheet.board.left_out,
            "mixed_inputs": sheet.board.mixed_inputs,
            "notes": sheet.remarks,
        }
        for sheet in sheets
    ]


def row_documents(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """Every row with the identity of its board."""
    return [
        {**identity(sheet), **row_document(line)} for sheet in sheets for grid in sheet.grids for line in grid.lines
    ]


def entry_documents(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """Every entry of joined runs with the identity of its board."""
    return [{**identity(sheet), **entry_document(entry)} for sheet in sheets for entry in sheet.ranked.lines]


def identity(sheet: Sheet) -> dict[str, Any]:
    """What makes the values of a board comparable."""
    return {name: getattr(sheet.board, name) for name in IDENTITY}


def row_document(line: Line) -> dict[str, Any]:
    """A row; `ranked` says whether it stands among the ranked rows now, `reported` are claims of others."""
    row = line.row
    return {
        **{item.name: getattr(row, item.name) for item in fields(row)},
        "ranked": row.rank is not None,
        # The interval is about the choice of images, not about the choice of weights.
        "interval_excludes_selection": is_test_best(row),
        "reported": [claim_document(item) for item in line.beside],
    }


def claim_document(item: Beside) -> dict[str, Any]:
    """A claim beside a row."""
    claim = item.claim
    names = ("value", "text", "metric", "n", "selection", "extra_data", "flags", "source", "reported_by", "year")
    state = {"kind": item.state.kind, "text": item.state.text, "why": item.state.why}
    return {**{name: getattr(claim, name) for name in names}, "state": state}


def entry_document(entry: SeedEntry) -> dict[str, Any]:
    """Joined runs: what they have in common, their mean scores and standard deviations."""
    first = entry.rows[0]
    same = ("model", "selection", "extra_data", "input", "seen", "licence", "params_total", "macs", "views")
    return {
        "rank": entry.rank,
        **{name: getattr(first, name) for name in same},
        "runs": entry.n,
        "scores": entry.scores,
        "sd": entry.sd,
        "run_ids": [row.run_id for row in entry.rows],
    }
