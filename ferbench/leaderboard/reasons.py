"""Why a run on a board may not be ranked: what its record says, a withdrawal, and signs that rows were changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard.cells import NUMBER, fitting
from ferbench.leaderboard.documents import seal_fits, unsealed_record
from ferbench.leaderboard.queries import PRICED
from ferbench.leaderboard.rows import run_values
from ferbench.leaderboard.schema import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import RowMapping

    from ferbench.emotions import LabelMode

_PRICES = tuple(column.name for column in PRICED)


@dataclass(frozen=True, slots=True)
class Shown:
    """The scores that a board shows of a run, by metric, the label mode that they are in, and what does not fit."""

    label_mode: str = "strict"
    values: dict[str, float | None] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Images that a value stands on, by metric.
    images: dict[str, int] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)

    def add(self, metric: Any, value: Any, low: Any, high: Any, n: Any) -> None:
        """Take over a row of scores; a row that is damaged is named among the damage."""
        try:
            name = fitting(metric, "the name of a metric", (str,))
            self.values[name] = fitting(value, f"the value of {name}", NUMBER)
            self.images[name] = fitting(n, f"the images of {name}", (int,))
            interval = tuple(fitting(bound, f"the interval of {name}", NUMBER) for bound in (low, high))
        except ValueError as error:
            self.damage.append(f"damaged row: {error}")
        else:
            if None not in interval:
                self.intervals[name] = (interval[0], interval[1])


def reasons_against(row: RowMapping, shown: Shown, label_mode: LabelMode) -> list[str]:
    """Reasons not to rank a run beside those in its own list; `row` is one of `queries.board_runs`.

    A seal proves that nothing was changed by accident or in passing, not that inference happened.
    """
    reasons = []
    if not row["ranked"] and row["not_ranked_because"] == "[]":
        reasons.append("its record says that it may not be ranked")
    if row["invalidated"] is not None:
        reasons.append(f"invalidated: {row['invalidated']}")
    if not seal_fits(row["record"], row["seal"]):
        return [*reasons, "broken seal"]
    return reasons + differences(row, shown, label_mode)


def differences(row: RowMapping, shown: Shown, label_mode: LabelMode) -> list[str]:
    """The tables that do not repeat what the sealed record of a run says."""
    try:
        record = unsealed_record(row["record"])
        same = {
            "run": same_run(row, record),
            "score": same_scores(shown, record, label_mode),
            "cost": all(row[name] == record["cost"][name] for name in _PRICES),
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        return ["the record is not one of a run"]
    return [f"the {table} table differs from the record" for table, equal in same.items() if not equal]


def same_run(row: RowMapping, record: Mapping[str, Any]) -> bool:
    """Whether the columns of the run repeat its record."""
    expected = run_values(record)
    return all(row[name] == (storable(value) if isinstance(value, str) else value) for name, value in expected.items())


def same_scores(shown: Shown, record: Mapping[str, Any], label_mode: LabelMode) -> bool:
    """Whether what is shown repeats the record: the mode that it has, all its scalars, their values and intervals."""
    mode = label_mode if label_mode in record["scores"] else "strict"
    scores = record["scores"].get(mode, {})
    intervals = record["intervals"].get(mode, {})
    if shown.label_mode != mode or scalars(shown.values) != scalars(scores):
        return False
    return all(
        metric in scores
        and scores[metric] == value
        and intervals.get(metric) == (list(shown.intervals[metric]) if metric in shown.intervals else None)
        for metric, value in shown.values.items()
    )


def scalars(metrics: Iterable[str]) -> set[str]:
    """The metrics that have a single value, not one a class."""
    return {metric for metric in metrics if "/" not in metric}
