"""Which runs hold the first places of a board: the best are looked at first, and no more than are needed.

A run whose seal is broken, or whose tables differ from its record, falls out before anybody sees it, and another run
with its `run_key` may take its place. The rank of a row depends on better rows alone, and these were all looked at.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ferbench.leaderboard.board import BoardRow
    from ferbench.leaderboard.checking import Examiner
    from ferbench.leaderboard.standings import Standing

    Wanted = Callable[[Standing], bool]

#: (badness, model, run id) of a standing.
_Order = tuple[float, str, str]


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that was looked at and holds its place."""

    standing: Standing
    row: BoardRow


class Race:
    """The runs of one board in order of preference. Runs with one `run_key` are one entry: the first that holds.

    `holders` are the entries that were looked at and hold. `fallen` are runs that were looked at and do not, by id.
    `hopeless` are the entries of which no run may be ranked, each by its first run.
    """

    def __init__(self, standings: Iterable[Standing]) -> None:
        by_key: dict[str, list[Standing]] = defaultdict(list)
        for standing in standings:
            by_key[standing.run_key].append(standing)
        self.holders: list[Holder] = []
        self.fallen: dict[str, BoardRow] = {}
        self._first = {key: runs[0] for key, runs in by_key.items()}
        ranking = {key: [run for run in runs if run.badness is not None] for key, runs in by_key.items()}
        self.hopeless = [self._first[key] for key, runs in ranking.items() if not runs]
        self._candidates = {key: runs for key, runs in ranking.items() if runs}
        #: Entries that were looked at, and wait for their own place: another run of theirs would have had a better one.
        self._waiting: dict[str, BoardRow] = {}
        # An entry is looked at when its best run would be due, though it may be a later one.
        self._due = [(min(run.order for run in runs), key) for key, runs in self._candidates.items()]
        heapify(self._due)

    @property
    def presumed(self) -> list[Standing]:
        """The standings of all entries best first: the holders, and behind them what was not looked at."""
        held = sorted((holder.standing for holder in self.holders), key=by_order)
        return held + sorted((self._candidates[key][0] for _, key in self._due), key=by_order)

    def run(self, examiner: Examiner, places: float, wanted: Wanted) -> None:
        """Look at runs until the best `places` wanted entries, and everything that is better, hold; or to the end."""
        while batch := self._taken(places, wanted):
            unread = [self._candidates[key][0].run_id for _, key in batch if key not in self._waiting]
            rows = examiner.rows(unread)
            for order, key in batch:
                self._settle(order, key, rows)
        self.holders.sort(key=lambda holder: holder.standing.order)

    def _taken(self, places: float, wanted: Wanted) -> list[tuple[_Order, str]]:
        """The entries that are due next: up to the last missing wanted one, and those before a wanted one that holds.

        The latter come up when an entry was put off, or its next run took its place.
        """
        orders = sorted(holder.standing.order for holder in self.holders if wanted(holder.standing))
        missing = places - len(orders)
        last_held = orders[-1] if orders else (-inf, "", "")
        taken: list[tuple[_Order, str]] = []
        found = needed = 0
        while self._due and (found < missing or self._due[0][0] < last_held):
            order, key = heappop(self._due)
            taken.append((order, key))
            is_wanted = any(map(wanted, self._candidates[key]))
            found += is_wanted
            if is_wanted or order < last_held:
                needed = len(taken)
        for entry in taken[needed:]:
            heappush(self._due, entry)
        return taken[:needed]

    def _settle(self, order: _Order, key: str, rows: Mapping[str, BoardRow]) -> None:
        """Give an entry that is due its place, or find out when it is due again."""
        runs = self._candidates[key]
        row = self._waiting.pop(key, None) or rows.get(runs[0].run_id)
        if row is None or row.reasons:
            self._fall(key, row)
        elif runs[0].order > order:
            self._waiting[key] = row
            heappush(self._due, (runs[0].order, key))
        else:
            self.holders.append(Holder(runs[0], row))

    def _fall(self, key: str, row: BoardRow | None) -> None:
        """The first run of an entry does not hold: the next one stands for it."""
        runs = self._candidates[key]
        fallen = runs.pop(0)
        if row is not None:
            self.fallen[fallen.run_id] = row
        if runs:
            heappush(self._due, (min(run.order for run in runs), key))
        else:
            self.hopeless.append(self._first[key])


def by_order(standing: Standing) -> _Order:
    """Best first."""
    return standing.order
