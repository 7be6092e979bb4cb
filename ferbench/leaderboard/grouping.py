"""Which rows of a board share a significance group: from the correctness bits of its runs, without their outputs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from math import isclose
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard import queries
from ferbench.leaderboard.manifests import unpack_test_set
from ferbench.leaderboard.statistics.groups import significance_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.ranking import Board, BoardRow

#: What the correctness bits are about: groups exist on boards by this metric in this label mode.
METRIC = "accuracy"
LABEL_MODE: LabelMode = "strict"


@dataclass(frozen=True, slots=True)
class RightAnswers:
    """The right answers of a run to the n images of a test set: one bit an image, the first image the highest."""

    bits: int
    n: int
    test_set: int

    def give(self, accuracy: float | None) -> bool:
        """Whether they are as many as an accuracy says."""
        return accuracy is not None and isclose(self.bits.bit_count() / self.n, accuracy, abs_tol=1e-9)

    def in_order(self, places: Sequence[int]) -> int:
        """The bits with the images in another order."""
        digits = format(self.bits, f"0{self.n}b")
        return int("".join([digits[place] for place in places]), 2)


def stored_right_answers(connection: Connection, dataset: str | None, split: str | None) -> dict[str, RightAnswers]:
    """Right answers by run; a run whose bits are damaged is left out."""
    found = connection.execute(queries.right_answers(dataset, split))
    rows = {run_id: unpacked(blob, n, test_set) for run_id, blob, n, test_set in found}
    return {run_id: row for run_id, row in rows.items() if row is not None}


def unpacked(blob: Any, n: Any, test_set: int) -> RightAnswers | None:
    """The right answers in a blob of n bits, padded to bytes; None where it is none. A database may be a stranger's."""
    if not isinstance(blob, bytes) or not isinstance(n, int) or n < 1 or len(blob) != (n + 7) // 8:
        return None
    return RightAnswers(int.from_bytes(blob) >> -n % 8, n, test_set)


def with_groups(connection: Connection, boards: Sequence[Board], dataset: str | None, split: str | None) -> list[Board]:
    """Boards by accuracy in strict mode, with the groups of their ranked rows."""
    right = stored_right_answers(connection, dataset, split)
    test_sets = [{right[row.run_id].test_set for row in board.ranked if row.run_id in right} for board in boards]
    several = set().union(*(found for found in test_sets if len(found) > 1))
    order_of = stored_orders(connection, several) if several else {}
    return [
        replace(board, ranked=grouped(board.ranked, right, order_of if len(found) > 1 else None))
        for board, found in zip(boards, test_sets, strict=True)
    ]


def stored_orders(connection: Connection, test_sets: set[int]) -> dict[int, list[int]]:
    """Places of the images of test sets, sorted by their ids; a damaged test set is left out."""
    order_of: dict[int, list[int]] = {}
    for test_set, manifest, n in connection.execute(queries.manifests(test_sets)):
        with suppress(TypeError, ValueError):
            ids = unpack_test_set(manifest, n).ids
            order_of[test_set] = sorted(range(len(ids)), key=ids.__getitem__)
    return order_of


def grouped(
    rows: Sequence[BoardRow], right: Mapping[str, RightAnswers], order_of: Mapping[int, Sequence[int]] | None
) -> tuple[BoardRow, ...]:
    """Ranked rows with their groups.

    Equal items may be stored in several orders, each a test set of its own: then `order_of` brings them into one. A row
    whose bits cannot be read, or do not give its accuracy, is compared with nothing and has no group.
    """
    bits: dict[int, int] = {}
    for position, row in enumerate(rows):
        found = right.get(row.run_id)
        if found is None or not found.give(row.scores.get(METRIC)):
            continue
        if order_of is None:
            bits[position] = found.bits
        elif len(order_of.get(found.test_set, ())) == found.n:
            bits[position] = found.in_order(order_of[found.test_set])
    group_of = dict(zip(bits, significance_groups(list(bits.values())), strict=True))
    return tuple(replace(row, group=group_of.get(position)) for position, row in enumerate(rows))
