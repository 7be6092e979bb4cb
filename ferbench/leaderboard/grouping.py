"""Which entries of a board share a significance group: from the correctness bits of its runs, without their outputs."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard import queries
from ferbench.leaderboard.manifests import unpack_test_set
from ferbench.leaderboard.statistics.groups import significance_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.standings import Standing

#: What the correctness bits are about: groups exist on boards by this metric in this label mode.
METRIC = "accuracy"
LABEL_MODE: LabelMode = "strict"


@dataclass(frozen=True, slots=True)
class RightAnswers:
    """The right answers of a run to the n images of a test set: one bit an image, the first image the highest."""

    bits: int
    n: int
    test_set: int

    def give(self, accuracy: float) -> bool:
        """Whether they are as many as an accuracy says."""
        return isclose(self.bits.bit_count() / self.n, accuracy, abs_tol=1e-9)

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


def groups_of(
    connection: Connection, entries: Sequence[Standing], right: Mapping[str, RightAnswers], first: int
) -> dict[str, int]:
    """Groups by run id, at least of the `first` of all entries that may be ranked, which are given best first.

    Equal items may be stored in several orders, each a test set of its own: then they are brought into one. A run whose
    bits cannot be read, or do not give its accuracy, is compared with nothing and has no group.
    """
    answers = {entry.run_id: right[entry.run_id] for entry in entries if agrees(entry, right.get(entry.run_id))}
    bits = comparable(connection, answers)
    leading = sum(entry.run_id in bits for entry in entries[:first])
    return dict(zip(bits, significance_groups(list(bits.values()), leading), strict=False))


def agrees(entry: Standing, found: RightAnswers | None) -> bool:
    """Whether there are right answers, as many as the accuracy of an entry says; of that more is better."""
    return found is not None and entry.badness is not None and found.give(-entry.badness)


def comparable(connection: Connection, answers: Mapping[str, RightAnswers]) -> dict[str, int]:
    """Bits by run id, all in one order of the images; a run whose images cannot be read is left out."""
    test_sets = Counter(found.test_set for found in answers.values())
    if len(test_sets) < 2:
        return {run_id: found.bits for run_id, found in answers.items()}
    order_of = stored_orders(connection, set(test_sets))
    # The order that most runs have, so that few of them must be brought into another.
    usual = next((order_of[test_set] for test_set, _ in test_sets.most_common() if test_set in order_of), [])
    places_of = {
        test_set: None if order == usual else places_as_in(usual, order)
        for test_set, order in order_of.items()
        if len(order) == len(usual)
    }
    return {
        run_id: found.bits if (places := places_of[found.test_set]) is None else found.in_order(places)
        for run_id, found in answers.items()
        if found.test_set in places_of and found.n == len(usual)
    }


def places_as_in(usual: Sequence[int], order: Sequence[int]) -> list[int]:
    """Where the images of the one test set stand in the other; both are given by their places in the order of ids."""
    by_id = sorted(range(len(usual)), key=usual.__getitem__)
    return [order[rank] for rank in by_id]


def stored_orders(connection: Connection, test_sets: set[int]) -> dict[int, list[int]]:
    """Places of the images of test sets, sorted by their ids; a damaged test set is left out."""
    order_of: dict[int, list[int]] = {}
    for test_set, manifest, n in connection.execute(queries.manifests(test_sets)):
        with suppress(TypeError, ValueError):
            ids = unpack_test_set(manifest, n).ids
            order_of[test_set] = sorted(range(len(ids)), key=ids.__getitem__)
    return order_of
