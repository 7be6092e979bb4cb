"""Between a run and its rows: what is written for a result, and what a list shows of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from ferbench.canonical import canonical_json, finite
from ferbench.leaderboard import blobs
from ferbench.leaderboard.cells import fitting, kinds_of, stand_in
from ferbench.leaderboard.conditions import Conditions, condition_values
from ferbench.leaderboard.documents import record_text
from ferbench.leaderboard.manifests import pack_test_set, test_set_json
from ferbench.results import Cost

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from ferbench.leaderboard.cells import Kinds
    from ferbench.results import RunResult, Score, TestSet

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run as lists show it. `invalidated` is why it was withdrawn, None where it holds.

    `cost_key` says which costs may be compared; None in a cost is "not measured". Time is ISO 8601 in UTC.
    """

    run_id: str
    created_at: str
    run_key: str
    cost_key: str
    core_sha256: str
    status: str
    ranked: bool
    not_ranked_because: tuple[str, ...]
    invalidated: str | None
    model: str
    weights_name: str | None
    weights_sha256: str | None
    selection: str | None
    extra_data: tuple[str, ...] | None
    dataset: str
    private: bool
    split: str
    items_sha256: str
    input: str
    n: int
    params_total: int | None
    params_used: int | None
    macs: int | None
    latency_model_ms_p50: float | None
    images_per_s: float | None
    device_name: str | None


LISTED_KINDS = kinds_of(RunRow)
#: What a board shows of a run beside its scores.
BOARD_KINDS = LISTED_KINDS | kinds_of(Conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRows:
    """The rows of one result, packed before the transaction that writes them. `run` still lacks its test set."""

    test_set: Values
    run: Values
    scores: list[Values]
    cost: Values
    prediction: Values
    correctness: Values


def rows_of(result: RunResult) -> ResultRows:
    """The rows of a result."""
    record, run_id = result.record, result.run_id
    return ResultRows(
        test_set=test_set_values(result.test_set),
        run={**run_values(record), "seal": record["seal"], "record": record_text(record)},
        scores=[{"run_id": run_id, **finite(asdict(score))} for score in result.scores],
        cost={"run_id": run_id, **cost_values(result.cost)},
        prediction={"run_id": run_id, "outputs": blobs.pack_outputs(result.predictions.outputs)},
        correctness={"run_id": run_id, "correct": blobs.pack_bits(blobs.strictly_correct(result.predictions))},
    )


def run_values(record: Mapping[str, Any]) -> Values:
    """The columns of a run that repeat its record, so that the database can find and sort by them.

    Raises:
        KeyError, TypeError: it is not the record of a run.
    """
    same = ("run_id", "created_at", "run_key", "cost_key", "core_sha256", "status", "ranked", "model")
    place = ("dataset", "private", "split", "items_sha256", "input", "n")
    weights = record["weights"]
    return {
        **{name: record[name] for name in (*same, *place)},
        "not_ranked_because": canonical_json(record["not_ranked_because"]),
        "weights_name": weights["name"],
        "weights_sha256": weights["sha256"],
        "selection": weights["selection"],
        "extra_data": None if weights["extra_data"] is None else canonical_json(weights["extra_data"]),
        **condition_values(record),
    }


def test_set_values(test_set: TestSet) -> Values:
    """The columns of a test set."""
    manifest = test_set_json(test_set)
    names = ("dataset", "split", "items_sha256", "pixels_sha256")
    return {
        **{name: getattr(test_set, name) for name in names},
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "n": len(test_set.ids),
        "manifest": pack_test_set(manifest, len(test_set.ids)),
    }


def cost_values(cost: Cost) -> Values:
    """The columns of a cost."""
    values = {item.name: getattr(cost, item.name) for item in fields(Cost)}
    return {
        name: canonical_json(value) if isinstance(value, Mapping) else finite(value) for name, value in values.items()
    }


def score_of(row: RowMapping) -> Score:
    """The score in a row; a value that did not exist is NaN again."""
    from ferbench.results import Score

    value = float("nan") if row["value"] is None else row["value"]
    return Score(**{**row, "value": value})


def listed_values(row: RowMapping, kinds_by_name: Mapping[str, Kinds] = LISTED_KINDS) -> Values:
    """The fields of a RunRow from a row of `queries.runs`; a damaged cell is one more reason not to rank the run."""
    values: Values = {}
    damage: list[str] = []
    for name, kinds in kinds_by_name.items():
        try:
            values[name] = fitting(row[name], name, kinds)
        except ValueError as error:
            values[name] = stand_in(row[name], kinds)
            damage.append(f"damaged row: {error}")
    if damage:
        values |= {"ranked": False, "not_ranked_because": (*values["not_ranked_because"], *damage)}
    return values
