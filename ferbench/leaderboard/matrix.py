"""The cross-data-set table: what one model with one file of weights scores on every test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.leaderboard.ranking import Board, BoardRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model with its weights, seeing in one way; `cells` has its best ranked run by the number of the board."""

    model: str
    weights_name: str | None
    weights_sha256: str | None
    #: How its system saw the pictures; see `conditions.Conditions`.
    seen: str
    cells: Mapping[int, BoardRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Boards as columns, models as rows. Numbers may be compared within a column, not along a row.

    `boards` are those with a ranked run, in the order of data set and split, the largest first; `entries` are in the
    order of model and weights.
    """

    metric: str
    boards: tuple[Board, ...]
    entries: tuple[Entry, ...]


def matrix(boards: Sequence[Board], metric: str) -> Matrix:
    """The table of all boards that rank something."""
    ranking = tuple(board for board in boards if board.ranked)
    cells: dict[tuple[str, str, str, str], dict[int, BoardRow]] = {}
    for number, board in enumerate(ranking):
        for row in board.ranked:
            key = (row.model, row.weights_name or "", row.weights_sha256 or "", row.seen)
            # Rows are best first: the first of an entry is its best.
            cells.setdefault(key, {}).setdefault(number, row)
    entries = tuple(
        Entry(model=key[0], weights_name=key[1] or None, weights_sha256=key[2] or None, seen=key[3], cells=cells[key])
        for key in sorted(cells)
    )
    return Matrix(metric=metric, boards=ranking, entries=entries)
