"""Runs as boards show them: read with all that is shown, and held against their sealed records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard import queries
from ferbench.leaderboard.board import BoardRow
from ferbench.leaderboard.reasons import Shown, reasons_against
from ferbench.leaderboard.rows import BOARD_KINDS, listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, RowMapping

    from ferbench.emotions import LabelMode

#: Records that are in memory at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Examiner:
    """Reads rows for boards by a metric in a label mode."""

    connection: Connection
    metric: str
    label_mode: LabelMode

    def rows(self, run_ids: Sequence[str]) -> dict[str, BoardRow]:
        """Runs by id, with every reason not to rank them, still without ranks."""
        return {row["run_id"]: self.row(row, shown) for part in parts(run_ids) for row, shown in self.read(part)}

    def read(self, run_ids: Sequence[str]) -> Iterator[tuple[RowMapping, Shown]]:
        """Rows of `queries.board_runs` with their scores."""
        scores = self.connection.execute(queries.board_scores(run_ids, self.metric, self.label_mode))
        shown = shown_scores(scores, self.label_mode)
        for row in self.connection.execute(queries.board_runs(run_ids)).mappings():
            yield row, shown.get(row["run_id"], Shown())

    def row(self, row: RowMapping, shown: Shown) -> BoardRow:
        """A run as its board shows it."""
        values = listed_values(row, BOARD_KINDS)
        reasons = [*values["not_ranked_because"], *shown.damage, *reasons_against(row, shown, self.label_mode)]
        if shown.values.get(self.metric) is None:
            reasons.append(f"no value of {self.metric}")
        elif "/" not in self.metric and shown.images[self.metric] < values["n"]:
            # Who answers only the easy images must not win by a metric that leaves the others out.
            reasons.append(f"{self.metric} stands on {shown.images[self.metric]} of {values['n']} images")
        return BoardRow(
            **values,
            rank=None,
            group=None,
            scores=shown.values,
            intervals=shown.intervals,
            reasons=tuple(reasons),
        )


def shown_scores(scores: Iterable[Any], label_mode: LabelMode) -> dict[str, Shown]:
    """Scores by run in a label mode, or in strict mode where a run has none in it."""
    by_mode: dict[str, dict[str, Shown]] = {label_mode: {}, "strict": {}}
    for run_id, mode, metric, value, low, high, n in scores:
        shown = by_mode[mode].get(run_id)
        if shown is None:
            shown = by_mode[mode][run_id] = Shown(mode)
        shown.add(metric, value, low, high, n)
    return by_mode["strict"] | by_mode[label_mode]


def parts(run_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids, some at a time."""
    for start in range(0, len(run_ids), _AT_ONCE):
        yield run_ids[start : start + _AT_ONCE]
