"""The record of a run: one plain JSON document that says what was run, on what, how, and what came out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite
from ferbench.pipeline.data_identity import pixel_verdict
from ferbench.pipeline.leaks import recorded_slices
from ferbench.pipeline.recorded_facts import recorded_claim
from ferbench.pipeline.remarks import labels_of, reasons_not_to_rank, warnings_of
from ferbench.pipeline.scope import boxes_sha256
from ferbench.pipeline.score import foreign_answers
from ferbench.pipeline.views import VIEWS
from ferbench.results import (
    SCHEMA_VERSION,
    core_sha256,
    interval_record,
    score_record,
    seal_of,
    slice_record,
)
from ferbench.spec import RunIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.cards import Claim
    from ferbench.execution import Execution
    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import (
        Cost,
        Matrix,
        Predictions,
        Score,
        TestSet,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that a finished run left behind."""

    run_id: str
    created_at: str
    weights_sha256: str
    loaded_percent: float | None
    predictions: Predictions
    test_set: TestSet
    scores: tuple[Score, ...]
    matrices: tuple[Matrix, ...]
    verdicts: tuple[Verdict, ...]
    cost: Cost
    #: Pictures by (height, width).
    sizes: Mapping[tuple[int, int], int]
    environment: Mapping[str, Any]
    seconds: Mapping[str, float]
    execution: Execution


def identity_of(plan: Plan, weights_sha256: str, pixels_sha256: str) -> RunIdentity:
    """What may change a prediction of this run."""
    origin = plan.model.origin
    return RunIdentity(
        model=plan.model.entry.card.name,
        plugin=origin.plugin,
        plugin_version=origin.version,
        plugin_sha256=origin.sha256,
        weights=weights_sha256,
        classes=plan.classes,
        preprocess=plan.preprocess,
        items=plan.items_sha256,
        pixels=pixels_sha256,
        model_options=plan.spec.model_options,
        output=plan.model.entry.card.output,
        boxes=boxes_sha256(plan.scope.rows) if plan.preprocess.crop == "box" else "",
        subset=f"limit:{len(plan.rows)}" if len(plan.rows) < len(plan.scope.rows) else "",
        engine=plan.conduct.engine,
        precision=plan.conduct.precision,
        tta=plan.spec.tta,
        detector=plan.detector.identity() if plan.detector else {},
    )


def compose(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """The sealed record of a run."""
    identity = identity_of(plan, evidence.weights_sha256, evidence.test_set.pixels_sha256)
    reasons = reasons_not_to_rank(plan, evidence.predictions, evidence.verdicts)
    record: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        **hashes_record(identity, evidence),
        "status": "incomplete" if evidence.predictions.broken else "complete",
        "ranked": not reasons,
        "not_ranked_because": reasons,
        "created_at": evidence.created_at,
        **model_record(plan, evidence),
        **data_record(plan, evidence),
        **reading_record(plan, identity, evidence.predictions),
        **results_record(evidence),
        "execution": asdict(evidence.execution),
        **leaks_record(plan, evidence),
        "warnings": warnings_of(plan, evidence.predictions, evidence.verdicts),
        "guards": guards_record(evidence.verdicts),
        "seconds": dict(evidence.seconds),
        "environment": dict(evidence.environment),
        "spec": plan.spec.as_json(),
    }
    record = finite(record)
    return {**record, "seal": seal_of(record)}


def hashes_record(identity: RunIdentity, evidence: Evidence) -> dict[str, str]:
    """The names of the run: its own, and those under which it is compared."""
    run_key, predictions_sha256 = identity.run_key(), evidence.predictions.sha256()
    return {
        "run_id": evidence.run_id,
        "run_key": run_key,
        "cost_key": evidence.cost.cost_key,
        "core_sha256": core_sha256(run_key, predictions_sha256, evidence.scores),
        "predictions_sha256": predictions_sha256,
    }


def model_record(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """The model, where it came from, and its weights."""
    origin = plan.model.origin
    return {
        "model": plan.model.entry.card.name,
        "plugin": {
            "name": origin.plugin,
            "distribution": origin.distribution,
            "version": origin.version,
            "sha256": origin.sha256,
        },
        "weights": weights_record(plan, evidence),
    }


def data_record(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """The images that were evaluated."""
    pixels_sha256 = evidence.test_set.pixels_sha256
    return {
        "dataset": plan.spec.dataset,
        "private": plan.dataset.entry.card.private,
        "split": plan.split,
        "layout": plan.opened.layout,
        "labels": labels_of(plan).as_json(),
        "pixels": pixel_verdict(plan.dataset.entry.card, pixels_sha256, evidence.sizes).as_json(),
        "n": len(evidence.predictions.ids),
        "items_sha256": plan.items_sha256,
        "pixels_sha256": pixels_sha256,
        "input": input_name(plan, pixels_sha256),
    }


def reading_record(plan: Plan, identity: RunIdentity, predictions: Predictions) -> dict[str, Any]:
    """How pictures became tensors and outputs became classes."""
    return {
        "classes": plan.classes,
        "class_order_source": plan.class_order_source,
        "dataset_classes": plan.scope.classes,
        "left_out": dict(plan.scope.left_out),
        "foreign_answers": foreign_answers(predictions, plan.scope.classes),
        "output_kind": predictions.kind,
        "preprocess": asdict(plan.preprocess),
        "detector": identity.detector or None,
        "without_face": predictions.without_face,
        "tta": identity.tta,
        "views": VIEWS[identity.tta],
        "precision": identity.precision,
        "engine": identity.engine,
        "seed": plan.spec.seed,
    }


def results_record(evidence: Evidence) -> dict[str, Any]:
    """What came out."""
    return {
        "scores": score_record(evidence.scores),
        "intervals": interval_record(evidence.scores),
        "matrices": [asdict(matrix) for matrix in evidence.matrices],
        "cost": asdict(evidence.cost),
        "failures": dict(evidence.predictions.failures),
    }


def leaks_record(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Images that other data hold, too, where they were looked for, and what came out with and without them."""
    record = {"leaks": plan.leaks.as_json() if plan.leaks else None}
    slices = recorded_slices(record, evidence.predictions.ids)
    return {**record, "slices": slice_record(evidence.scores, {name: len(found) for name, found in slices.items()})}


def guards_record(verdicts: tuple[Verdict, ...]) -> dict[str, dict[str, str]]:
    """{guard: {"outcome": ..., "finding": ...}}; what follows from a finding stands in warnings and reasons."""
    return {verdict.probe: {"outcome": verdict.outcome, "finding": verdict.finding} for verdict in verdicts}


def weights_record(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """Which weights, how they were selected, and what extra data they saw; unknown where nobody says."""
    card = plan.weights.card
    claim = claim_of(plan)
    return {
        "name": plan.weights.name,
        "sha256": evidence.weights_sha256,
        "loaded_percent": evidence.loaded_percent,
        "selection": card.selection if card else "unknown",
        "extra_data": card.extra_data if card else None,
        "licence": card.licence if card else None,
        # Of whoever trained it, in percent; never a measurement.
        "claimed_accuracy": claim.accuracy_percent if claim else None,
        "claim_source": claim.source if claim else None,
    }


def claim_of(plan: Plan) -> Claim | None:
    """The accuracy that the checkpoint file records, else the one on the card of the weights that it is."""
    recorded = recorded_claim(plan.weights.checkpoint) if plan.weights.checkpoint else None
    return recorded or (plan.weights.card.claim if plan.weights.card else None)


def input_name(plan: Plan, pixels_sha256: str) -> str:
    """Name of the pixels: a known one, or `unknown-` and the first four digits of their hash."""
    return plan.dataset.entry.card.known_inputs.get(pixels_sha256, f"unknown-{pixels_sha256[:4]}")
