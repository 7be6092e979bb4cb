"""Questions to a stored run, answered from its predictions alone: other metrics, and whether it is consistent."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.canonical import canonical_json
from ferbench.errors import LeaderboardError, UnknownName
from ferbench.interfaces import Row
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.pipeline.score import answers_of, score
from ferbench.results import core_sha256, score_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferbench.catalog import Catalog
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import MetricEntry
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Predictions, Score

#: Versions of numpy and scikit-learn may round sums differently; nothing honest differs by more.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of a verification and its answer."""

    name: str
    passed: bool
    finding: str


def rescore(
    leaderboard: Leaderboard, run: str, catalog: Catalog, *, metrics: Sequence[str] = (), by: str | None = None
) -> tuple[Score, ...]:
    """Metrics over the stored predictions of a run, for all images or for each value of an attribute.

    Raises:
        UnknownName: no such run, metric or attribute.
    """
    chosen = [catalog.metrics.get(name) for name in metrics] or list(catalog.metrics)
    entries = [plugin_metric(registered) for registered in chosen]
    predictions = leaderboard.predictions(run)
    classes = tuple(leaderboard.record_of(run)["dataset_classes"])
    if by is None:
        return score(predictions, classes, entries)[0]
    return tuple(
        replace(item, slice=f"{by}={value}")
        for value, part in slices(predictions, by)
        for item in score(part, classes, entries)[0]
    )


def slices(predictions: Predictions, attribute: str) -> Iterator[tuple[str, Predictions]]:
    """The predictions of each value of an attribute."""
    values = [attributes.get(attribute) for attributes in predictions.attributes]
    present = sorted({value for value in values if value is not None})
    if not present:
        known = sorted({name for attributes in predictions.attributes for name in attributes})
        raise UnknownName(
            f"Scores by {attribute!r} were asked for.",
            f"No image of this run has that attribute; there are: {', '.join(known) or 'none'}.",
            "Pass one of them as --by.",
        )
    for value in present:
        yield value, subset(predictions, [position for position, found in enumerate(values) if found == value])


def subset(predictions: Predictions, positions: Sequence[int]) -> Predictions:
    """The predictions of some images."""
    ids = tuple(predictions.ids[position] for position in positions)
    return replace(
        predictions,
        ids=ids,
        labels=tuple(predictions.labels[position] for position in positions),
        outputs={name: array[list(positions)] for name, array in predictions.outputs.items()},
        failures={name: reason for name, reason in predictions.failures.items() if name in set(ids)},
        attributes=tuple(predictions.attributes[position] for position in positions),
    )


def verify(leaderboard: Leaderboard, run: str, catalog: Catalog) -> tuple[Check, ...]:
    """Check that nothing of a stored run was changed: seal, predictions, core, and every metric recomputed.

    A part that was changed so that it cannot be read any more is a check that failed.

    Raises:
        UnknownName: no such run, or no plugin gives a metric that was stored.
        LeaderboardError: the database itself cannot be read.
    """
    run_id = leaderboard.run_id(run)
    try:
        return checks_of(leaderboard, run_id, catalog)
    except LeaderboardError as error:
        return (Check(name="stored parts", passed=False, finding=error.found),)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        finding = f"its record is not the one of a run: {type(error).__name__}: {error}"
        return (Check(name="stored parts", passed=False, finding=finding),)


def checks_of(leaderboard: Leaderboard, run: str, catalog: Catalog) -> tuple[Check, ...]:
    """The checks of a run whose parts can be read."""
    record, predictions, test_set = leaderboard.record_of(run), leaderboard.predictions(run), leaderboard.test_set(run)
    stored, classes = leaderboard.scores(run), tuple(record["dataset_classes"])
    digest = predictions.sha256()
    core = core_sha256(record["run_key"], digest, stored)
    rows = [Row(id=name, label=label, source=None) for name, label in zip(test_set.ids, test_set.labels, strict=True)]
    pixels = pixels_sha256(rows, test_set.digests)
    correct = answers_of(predictions, classes, "strict").correct
    return (
        Check(name="seal", passed=leaderboard.seal_holds(run), finding=record["seal"]),
        Check(name="predictions", passed=digest == record["predictions_sha256"], finding=digest),
        Check(
            name="correctness bits",
            passed=bool((correct == leaderboard.correct(run)).all()),
            finding=f"{int(correct.sum())} of {len(correct)} answers are right",
        ),
        Check(name="pixels", passed=pixels == record["pixels_sha256"], finding=pixels),
        Check(name="core", passed=core == record["core_sha256"], finding=core),
        Check(
            name="score table",
            passed=canonical_json(score_record(stored)) == canonical_json(record["scores"]),
            finding=f"{len(stored)} stored scores against the record",
        ),
        recomputed(predictions, classes, catalog, stored),
    )


def recomputed(predictions: Predictions, classes: ClassOrder, catalog: Catalog, stored: tuple[Score, ...]) -> Check:
    """Every stored score computed anew from the predictions."""
    entries = metric_entries(catalog, stored)
    anew = {key_of(item): item.value for item in score(predictions, classes, entries)[0]}
    wrong = [item.metric for item in stored if not same(item.value, anew.get(key_of(item)))]
    finding = f"{len(stored)} scores of {len(entries)} metrics recomputed"
    return Check(
        name="metrics", passed=not wrong, finding=f"{finding}; differing: {', '.join(wrong)}" if wrong else finding
    )


def metric_entries(catalog: Catalog, stored: Sequence[Score]) -> list[MetricEntry]:
    """The metrics that the stored scores came from."""
    names = dict.fromkeys(item.metric.split("/")[0] for item in stored)
    return [plugin_metric(catalog.metrics.get(name)) for name in names]


def key_of(item: Score) -> tuple[str, str, str]:
    """What a score is the score of."""
    return item.metric, item.label_mode, item.slice


def same(stored: float, anew: float | None) -> bool:
    """Whether two values are one, NaN included."""
    return anew is not None and (
        (math.isnan(stored) and math.isnan(anew)) or math.isclose(stored, anew, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    )
