"""Why a run on a board may not be ranked: what its record says, a withdrawal, and signs that rows were changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard.documents import parsed, seal_fits, texts, unsealed_record
from ferbench.leaderboard.queries import PRICED
from ferbench.leaderboard.rows import run_values
from ferbench.leaderboard.schema import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import RowMapping

_PRICES = tuple(column.name for column in PRICED)


@dataclass(frozen=True, slots=True)
class Shown:
    """The scores that a board shows of a run, by metric, and the label mode that they are in."""

    label_mode: str = "strict"
    values: dict[str, float | None] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


def reasons_against(row: RowMapping, shown: Shown) -> list[str]:
    """All reasons not to rank a run; `row` is one of `queries.board_runs`.

    A seal proves that nothing was changed by accident or in passing, not that inference happened.
    """
    reasons = texts(parsed(row["not_ranked_because"]), "not_ranked_because")
    if not row["ranked"] and not reasons:
        reasons.append("its record says that it may not be ranked")
    if row["invalidated"] is not None:
        reasons.append(f"invalidated: {row['invalidated']}")
    if not seal_fits(row["record"], row["seal"]):
        return [*reasons, "broken seal"]
    return reasons + differences(row, shown)


def differences(row: RowMapping, shown: Shown) -> list[str]:
    """The tables that do not repeat what the sealed record of a run says."""
    try:
        record = unsealed_record(row["record"])
        same = {
            "run": same_run(row, record),
            "score": same_scores(shown, record),
            "cost": all(row[name] == record["cost"][name] for name in _PRICES),
        }
    except (AttributeError, KeyError, TypeError):
        return ["the record is not one of a run"]
    return [f"the {table} table differs from the record" for table, equal in same.items() if not equal]


def same_run(row: RowMapping, record: Mapping[str, Any]) -> bool:
    """Whether the columns of the run repeat its record."""
    expected = run_values(record)
    return all(row[name] == (storable(value) if isinstance(value, str) else value) for name, value in expected.items())


def same_scores(shown: Shown, record: Mapping[str, Any]) -> bool:
    """Whether the shown scores and intervals repeat the record."""
    scores = record["scores"].get(shown.label_mode, {})
    intervals = record["intervals"].get(shown.label_mode, {})
    return all(
        metric in scores
        and scores[metric] == value
        and intervals.get(metric) == (list(shown.intervals[metric]) if metric in shown.intervals else None)
        for metric, value in shown.values.items()
    )
