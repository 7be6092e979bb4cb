"""Whether a stored run is consistent with itself: nothing was changed since it was recorded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ferbench.audit.checks import Check, recomputed
from ferbench.bundles.assembling import items_of, matrix_of
from ferbench.bundles.validation import require_kinds
from ferbench.canonical import canonical_json
from ferbench.errors import LeaderboardError
from ferbench.interfaces import Row
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.leaks import recorded_slices
from ferbench.pipeline.score import answers_of
from ferbench.results import Cost, RunResult, core_sha256, score_record, slice_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Score, TestSet

#: What the table of runs repeats of a record.
IDENTITY = ("run_key", "model", "dataset", "split", "n", "items_sha256", "input", "status", "ranked", "created_at")


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
            passed=repeats_record(stored, record, predictions.ids),
            finding=f"{len(stored)} stored scores against the record",
        ),
        recomputed(predictions, record, catalog, stored),
        *identity_checks(leaderboard, run, record, test_set, catalog),
    )


def repeats_record(stored: tuple[Score, ...], record: Mapping[str, Any], ids: Sequence[str]) -> bool:
    """Whether the score table says what the record says, of all images and of their slices."""
    n = {name: len(positions) for name, positions in recorded_slices(record, ids).items()}
    table = [score_record(stored), slice_record(stored, n)]
    return canonical_json(table) == canonical_json([record["scores"], record.get("slices") or {}])


def other_costs(stored: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    """The fields in which a stored cost and that of the record differ; records of earlier versions lack empty ones."""
    recorded = record["cost"]
    return [name for name in {**recorded, **stored} if stored.get(name) != recorded.get(name)]


def result_of(leaderboard: Leaderboard, run: str) -> RunResult:
    """A stored run as its evaluation gave it."""
    record = leaderboard.record_of(run)
    return RunResult(
        record=record,
        predictions=leaderboard.predictions(run),
        test_set=leaderboard.test_set(run),
        scores=leaderboard.scores(run),
        matrices=tuple(matrix_of(item) for item in record["matrices"]),
        cost=Cost(**leaderboard.cost(run)),
    )


def repeats_its_record(result: RunResult) -> bool:
    """Whether the predictions, the scores and the cost of a stored run are those that its record has.

    Raises:
        ValueError: the record is not the one of a run.
    """
    record, predictions = result.record, result.predictions
    require_kinds(record)
    return (
        predictions.sha256() == record["predictions_sha256"]
        and repeats_record(result.scores, record, predictions.ids)
        and not other_costs(asdict(result.cost), record)
    )


def identity_checks(
    leaderboard: Leaderboard, run: str, record: Mapping[str, Any], test_set: TestSet, catalog: Catalog
) -> tuple[Check, ...]:
    """Whether the run is about the images, and has the name and the cost, that its record says."""
    items = items_of(test_set)
    # A run over a part of the split, which is never ranked, keeps the items of the whole.
    right_items = items == record["items_sha256"] or not record["ranked"]
    listed = next(row for row in leaderboard.runs() if row.run_id == run)
    cost = leaderboard.cost(run)
    differing = [name for name in IDENTITY if getattr(listed, name) != record[name]]
    differing += other_costs(cost, record)
    known = {item.entry.card.name: item.entry.card.known_inputs for item in catalog.datasets}
    name = known.get(record["dataset"], {}).get(record["pixels_sha256"])
    withdrawn = leaderboard.invalidation_of(run)
    return (
        Check(
            name="items",
            passed=right_items and len(test_set.ids) == record["n"],
            finding=f"{len(test_set.ids)} images, {items}",
        ),
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
