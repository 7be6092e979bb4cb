"""Boards of a leaderboard, ready to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.catalog import Catalog
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.views import BoardView
from ferbench.ledger.claims import Ledger
from ferbench.report.board_claims import claims_beside
from ferbench.report.board_sheets import sheet

if TYPE_CHECKING:
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.report.board_sheets import Sheet


def sheets_of(
    leaderboard: Leaderboard, ledger: Ledger | None = None, catalog: Catalog | None = None, **asked: Any
) -> list[Sheet]:
    """The sheets of all boards that are asked for, beside what a ledger reports."""
    beside = claims_beside(ledger or Ledger(), catalog or Catalog())
    view = BoardView(**{name: asked.pop(name) for name in ("top", "pareto", "model") if name in asked})
    return [sheet(board, beside, view.pareto) for board in boards(leaderboard, view=view, **asked)]
