"""What others report about the models and the images of a board; none of it was measured, and none of it ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.ledger.states import judged_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.board import Board
    from ferbench.ledger.claims import ImportedMatrix
    from ferbench.ledger.states import JudgedClaim
    from ferbench.report.board_claims import Beside
    from ferbench.report.site.sources import Sources

#: States of a claim that has nothing to be set beside.
_APART = {"not_comparable", "not_attempted", "imported"}


@dataclass(frozen=True, slots=True)
class Reported:
    """Claims about a data set by the metric of a board, the highest first, and confusion matrices that were printed."""

    claims: tuple[JudgedClaim, ...] = ()
    matrices: tuple[ImportedMatrix, ...] = ()


def reported_on(board: Board, sources: Sources) -> Reported:
    """All that the ledger has about the data set of a board, with what this board says of it."""
    about = sources.ledger.claims_about(dataset=board.dataset, metric=board.metric)
    judged = judged_claims([claim for claim in about if claim.split == board.split], [board], sources.catalog)
    return Reported(
        claims=tuple(sorted(judged, key=lambda item: -item.claim.value)),
        matrices=tuple(item for item in sources.ledger.matrices if item.dataset == board.dataset),
    )


def comparable(found: Sequence[Beside]) -> tuple[Beside, ...]:
    """Of the claims beside a row those that say something about it."""
    return tuple(item for item in found if item.state.kind not in _APART)


def comparable_values(found: Sequence[Beside]) -> tuple[float, ...]:
    """The values of claims that may stand on one scale with that of their row."""
    return tuple(item.claim.value for item in comparable(found))
