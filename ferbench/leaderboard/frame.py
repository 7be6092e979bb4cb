"""Runs as a pandas table, for notebooks."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from ferbench.leaderboard.cells import number_or_none
from ferbench.leaderboard.rows import RunRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row


def runs_frame(runs: Sequence[RunRow], scores: Iterable[Row[Any]]) -> pd.DataFrame:
    """One row a run: the fields of RunRow, then one column a metric with its value in the strict `scores`.

    A metric that a run does not have, that does not exist for it, or whose value is damaged, is NaN.
    """
    frame = pd.DataFrame([asdict(run) for run in runs], columns=[item.name for item in fields(RunRow)])
    values: dict[str, dict[str, float | None]] = {}
    for score in scores:
        if isinstance(score.metric, str):
            values.setdefault(score.metric, {})[score.run_id] = number_or_none(score.value)
    columns = {metric: frame["run_id"].map(values[metric]).astype(float) for metric in sorted(values)}
    return frame.assign(**columns)
