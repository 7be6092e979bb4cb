"""Which part of a board is shown, in which order. What is shown changes no rank, no group and no front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.leaderboard.board import BoardRow

CostName = Literal["params", "macs", "latency"]
#: What of a row a cost is: of the network alone, for a picture with all its views; `latency` is the median.
COST_FIELDS: Mapping[CostName, str] = {
    "params": "params_total",
    "macs": "macs_a_picture",
    "latency": "latency_ms_a_picture",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """What to show of a board; by default all of it.

    `top` is the largest number of ranked, and of unranked rows. `model` and `selection` are equal to those of a row,
    `licence` is contained in its licence, in any case of letters; empty asks nothing. `sort` is the name of a cost,
    the least first, or of a metric, of which `sort_higher_first` says which end is first; empty is the metric of the
    board. Rows without the value are last, and equal rows keep the order of their ranks. `pareto` asks for the front of
    metric and cost: then rows on it are shown even beyond `top`.

    Ranks of the first rows need only what is better than they are. All rows are read and checked where `top` is None,
    and for `sort` and `pareto`.
    """

    top: int | None = None
    model: str = ""
    selection: str = ""
    licence: str = ""
    sort: str = ""
    sort_higher_first: bool = True
    pareto: CostName | None = None

    @property
    def first_rows_only(self) -> bool:
        """Whether nothing is asked that needs more than the best rows."""
        return self.top is not None and not self.sort and self.pareto is None

    @property
    def filters(self) -> bool:
        """Whether some rows are hidden for what they are."""
        return bool(self.model or self.selection or self.licence)

    def fits(self, model: object, selection: object, licence: object) -> bool:
        """Whether a run is shown; a database may hold values of any type."""
        return (
            self.model in {"", model}
            and self.selection in {"", selection}
            and (not self.licence or (isinstance(licence, str) and self.licence.casefold() in licence.casefold()))
        )

    def in_order(self, rows: Sequence[BoardRow]) -> list[BoardRow]:
        """Ranked rows, given best first, in the order of this view."""
        if not self.sort:
            return list(rows)
        with_value = [(value, row) for row in rows if (value := self.sorted_by(row)) is not None]
        falling = self.sort not in COST_FIELDS and self.sort_higher_first
        in_order = sorted(with_value, key=lambda pair: -pair[0] if falling else pair[0])
        return [row for _, row in in_order] + [row for row in rows if self.sorted_by(row) is None]

    def sorted_by(self, row: BoardRow) -> float | None:
        """The value of a row that it is sorted by."""
        field = COST_FIELDS.get(self.sort)  # type: ignore[call-overload]
        value: float | None = row.scores.get(self.sort) if field is None else getattr(row, field)
        return value

    def cut(self, rows: Sequence[BoardRow]) -> tuple[BoardRow, ...]:
        """The rows that `top` leaves, and those on the front."""
        return tuple(row for place, row in enumerate(rows) if self.top is None or place < self.top or row.on_front)
