"""One question of a verification and its answer, and the questions that runs and bundles share."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ferbench.canonical import canonical_json
from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, VerificationFailed
from ferbench.pipeline.leaks import recorded_slices
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.pipeline.score import score
from ferbench.pipeline.slices import slice_scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.interfaces import MetricEntry
    from ferbench.results import Predictions, Score

#: Versions of numpy, and of a metric, may round sums differently; nothing honest differs by more.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of a verification and its answer. `passed` is None where it could not be asked."""

    name: str
    passed: bool | None
    finding: str


def exit_code_of(checks: Iterable[Check]) -> int:
    """1 where a check failed, 3 where one could not be made, 0 where all passed."""
    answers = {check.passed for check in checks}
    if False in answers:
        return VerificationFailed.exit_code
    return EXIT_INCOMPLETE if None in answers else EXIT_OK


def recomputed(
    predictions: Predictions, record: Mapping[str, Any], catalog: Catalog, stored: tuple[Score, ...]
) -> Check:
    """Every stored score and every matrix of the record computed anew from the predictions."""
    matrices, classes = record["matrices"], tuple(record["dataset_classes"])
    entries = metric_entries(catalog, [item.metric for item in stored] + [item["metric"] for item in matrices])
    scores, tables = score(predictions, classes, entries)
    parts = slice_scores(predictions, classes, entries, recorded_slices(record, predictions.ids))
    anew = {key_of(item): item for item in (*scores, *parts)}
    wrong = [item.metric for item in stored if not same_score(item, anew.get(key_of(item)))]
    wrong += ["matrices"] if canonical_json([asdict(table) for table in tables]) != canonical_json(matrices) else []
    finding = f"{len(stored)} scores of {len(entries)} metrics recomputed"
    return Check(
        name="metrics", passed=not wrong, finding=f"{finding}; differing: {', '.join(wrong)}" if wrong else finding
    )


def metric_entries(catalog: Catalog, stored: Sequence[str]) -> list[MetricEntry]:
    """The metrics that stored values, named `metric` or `metric/class`, came from."""
    names = dict.fromkeys(name.split("/")[0] for name in stored)
    return [plugin_metric(catalog.metrics.get(name)) for name in names]


def key_of(item: Score) -> tuple[str, str, str]:
    """What a score is the score of."""
    return item.metric, item.label_mode, item.slice


def same_score(stored: Score, anew: Score | None) -> bool:
    """Whether two scores are one: value, number of images and interval."""
    return (
        anew is not None
        and stored.n == anew.n
        and all(same(getattr(stored, name), getattr(anew, name)) for name in ("value", "low", "high"))
    )


def same(stored: float | None, anew: float | None) -> bool:
    """Whether two values are one; NaN is NaN, and None is None."""
    if stored is None or anew is None:
        return stored is anew
    return (math.isnan(stored) and math.isnan(anew)) or math.isclose(stored, anew, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
