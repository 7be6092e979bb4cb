"""What others report of the models on a board, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferbench.cards import WeightsCard
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.board import Board, BoardRow
    from ferbench.ledger.claims import Ledger, ReportedClaim
    from ferbench.ledger.states import ClaimState

    #: What finds the claims beside a row of a board.
    FindBeside = Callable[[Board, BoardRow], tuple["Beside", ...]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A claim, and what the measurement beside it says about it."""

    claim: ReportedClaim
    state: ClaimState

    @property
    def text(self) -> str:
        """The claim as it was printed, with its state, such as `92.21: same count (2829)`."""
        warned = f" ({', '.join(self.claim.flags)})" if self.claim.flags else ""
        return f"{self.claim.text}{warned}: {self.state.text}"


def claims_beside(ledger: Ledger, catalog: Catalog) -> FindBeside:
    """What finds the claims about the model of a row, on the data set and by the metric of its board.

    There are none in label mode `mask`: nobody who reports a number leaves answers out.
    """
    from ferbench.ledger.known_counts import counts_for
    from ferbench.ledger.states import released_weights, state_of

    @cache
    def known(claim: ReportedClaim) -> tuple[Mapping[int, str], WeightsCard | None]:
        return counts_for(catalog, claim), released_weights(catalog, claim)

    @cache
    def about(model: str, dataset: str, metric: str) -> tuple[ReportedClaim, ...]:
        return ledger.claims_about(model, dataset, metric)

    def beside(board: Board, row: BoardRow) -> tuple[Beside, ...]:
        claims = about(row.model, board.dataset, board.metric) if board.label_mode == "strict" else ()
        return tuple(Beside(claim, state_beside(claim, row)) for claim in claims)

    def state_beside(claim: ReportedClaim, row: BoardRow) -> ClaimState:
        counts, weights = known(claim)
        return state_of(claim, [row], known=counts, released=weights)

    return beside
