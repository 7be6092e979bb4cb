"""Questions to a stored run, answered from its predictions alone: other metrics, and whether it is consistent."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.canonical import canonical_json
from ferbench.errors import LeaderboardError, UnknownName
from ferbench.interfaces import Row
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.pipeline.scope import items_sha256
from ferbench.pipeline.score import answers_of, score
from ferbench.results import core_sha256, score_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.interfaces import MetricEntry
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Predictions, Score, TestSet

#: Versions of numpy and scikit-learn may round sums differently; nothing honest differs by more.
TOLERANCE = 1e-9
#: What the table of runs repeats of a record.
IDENTITY = ("run_key", "model", "dataset", "split", "n", "items_sha256", "input", "status", "ranked", "created_at")


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
        recomputed(predictions, record, catalog, stored),
        *identity_checks(leaderboard, run, record, test_set, catalog),
    )


def identity_checks(
    leaderboard: Leaderboard, run: str, record: Mapping[str, Any], test_set: TestSet, catalog: Catalog
) -> tuple[Check, ...]:
    """Whether the run is about the images, and has the name and the cost, that its record says."""
    rows = [Row(id=name, label=label, source=None) for name, label in zip(test_set.ids, test_set.labels, strict=True)]
    items = items_sha256(rows)
    # A run over a part of the split, which is never ranked, keeps the items of the whole.
    right_items = items == record["items_sha256"] or not record["ranked"]
    listed = next(row for row in leaderboard.runs() if row.run_id == run)
    cost = leaderboard.cost(run)
    differing = [name for name in IDENTITY if getattr(listed, name) != record[name]]
    differing += [name for name, value in record["cost"].items() if cost.get(name) != value]
    known = {item.entry.card.name: item.entry.card.known_inputs for item in catalog.datasets}
    name = known.get(record["dataset"], {}).get(record["pixels_sha256"])
    withdrawn = leaderboard.invalidation_of(run)
    return (
        Check(name="items", passed=right_items and len(rows) == record["n"], finding=f"{len(rows)} images, {items}"),
        Check(
            name="input",
            # A card may have learnt the name of these pixels since.
            passed=record["input"] in {name, f"unknown-{record['pixels_sha256'][:4]}"},
            finding=record["input"],
        ),
        Check(
            name="run and cost tables", passed=not differing, finding=f"differing: {', '.join(differing) or 'nothing'}"
        ),
        Check(name="not withdrawn", passed=withdrawn is None, finding=withdrawn.reason if withdrawn else "no"),
    )


def recomputed(
    predictions: Predictions, record: Mapping[str, Any], catalog: Catalog, stored: tuple[Score, ...]
) -> Check:
    """Every stored score and every matrix of the record computed anew from the predictions."""
    matrices = record["matrices"]
    entries = metric_entries(catalog, [item.metric for item in stored] + [item["metric"] for item in matrices])
    scores, tables = score(predictions, tuple(record["dataset_classes"]), entries)
    anew = {key_of(item): item for item in scores}
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
