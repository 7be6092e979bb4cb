"""The record of a run: one plain JSON document that says what was run, on what, how, and what came out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite
from ferbench.pipeline.checkpoints import recorded_accuracy
from ferbench.pipeline.resolve import ASSUMED
from ferbench.results import (
    SCHEMA_VERSION,
    core_sha256,
    interval_record,
    score_record,
    seal_of,
)
from ferbench.spec import RANDOM_WEIGHTS, RunIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.pipeline.probes import Verdict
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
    predictions: Predictions
    test_set: TestSet
    scores: tuple[Score, ...]
    matrices: tuple[Matrix, ...]
    verdicts: tuple[Verdict, ...]
    cost: Cost
    environment: Mapping[str, Any]
    seconds: Mapping[str, float]


def identity_of(plan: Plan, weights_sha256: str, pixels_sha256: str) -> RunIdentity:
    """What may change a prediction of this run."""
    origin = plan.model.origin
    return RunIdentity(
        model=plan.spec.model,
        plugin=origin.plugin,
        plugin_version=origin.version,
        plugin_sha256=origin.sha256,
        weights=weights_sha256,
        classes=plan.classes,
        preprocess=plan.preprocess,
        items=plan.items_sha256,
        pixels=pixels_sha256,
        model_options=plan.spec.model_options,
        subset=f"limit:{len(plan.rows)}" if len(plan.rows) < len(plan.opened.rows) else "",
    )


def compose(plan: Plan, evidence: Evidence) -> dict[str, Any]:
    """The sealed record of a run."""
    spec, card, predictions = plan.spec, plan.dataset.entry.card, evidence.predictions
    identity = identity_of(plan, evidence.weights_sha256, evidence.test_set.pixels_sha256)
    reasons = reasons_not_to_rank(plan, evidence)
    record: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "run_id": evidence.run_id,
        "run_key": identity.run_key(),
        "cost_key": evidence.cost.cost_key,
        "core_sha256": core_sha256(identity.run_key(), predictions.sha256(), evidence.scores),
        "predictions_sha256": predictions.sha256(),
        "status": "incomplete" if predictions.failures else "complete",
        "ranked": not reasons,
        "not_ranked_because": reasons,
        "created_at": evidence.created_at,
        "model": spec.model,
        "plugin": plugin_record(plan),
        "weights": weights_record(plan, evidence.weights_sha256),
        "dataset": spec.dataset,
        "private": card.private,
        "split": plan.split,
        "layout": plan.opened.layout,
        "n": len(predictions.ids),
        "items_sha256": plan.items_sha256,
        "pixels_sha256": evidence.test_set.pixels_sha256,
        "input": input_name(plan, evidence.test_set.pixels_sha256),
        "classes": plan.classes,
        "class_order_source": plan.class_order_source,
        "dataset_classes": plan.opened.classes,
        "output_kind": predictions.kind,
        "preprocess": asdict(plan.preprocess),
        "precision": identity.precision,
        "engine": identity.engine,
        "seed": spec.seed,
        "scores": score_record(evidence.scores),
        "intervals": interval_record(evidence.scores),
        "matrices": [asdict(matrix) for matrix in evidence.matrices],
        "cost": asdict(evidence.cost),
        "failures": dict(predictions.failures),
        "warnings": warnings_of(plan),
        "probes": {verdict.probe: verdict.finding for verdict in evidence.verdicts},
        "seconds": dict(evidence.seconds),
        "environment": dict(evidence.environment),
        "spec": spec.as_json(),
    }
    record = finite(record)
    return {**record, "seal": seal_of(record)}


def plugin_record(plan: Plan) -> dict[str, str]:
    """The plugin that the model came from."""
    origin = plan.model.origin
    return {
        "name": origin.plugin,
        "distribution": origin.distribution,
        "version": origin.version,
        "sha256": origin.sha256,
    }


def weights_record(plan: Plan, sha256: str) -> dict[str, Any]:
    """Which weights, how they were selected, and what extra data they saw; unknown where nobody says."""
    card = plan.weights.card
    return {
        "name": plan.weights.name,
        "sha256": sha256,
        "selection": card.selection if card else "unknown",
        "extra_data": card.extra_data if card else None,
        "licence": card.licence if card else None,
        # A claim of whoever trained it, in percent; never a measurement.
        "claimed_accuracy": recorded_accuracy(plan.weights.checkpoint) if plan.weights.checkpoint else None,
    }


def input_name(plan: Plan, pixels_sha256: str) -> str:
    """Name of the pixels: a known one, or `unknown-` and the first four digits of their hash."""
    return plan.dataset.entry.card.known_inputs.get(pixels_sha256, f"unknown-{pixels_sha256[:4]}")


def reasons_not_to_rank(plan: Plan, evidence: Evidence) -> list[str]:
    """Every reason for which this run may be stored and not ranked; none is a good run."""
    n, whole, failures = len(plan.rows), len(plan.opened.rows), len(evidence.predictions.failures)
    reasons = [
        f"only {n} of {whole} images (--limit)" if n < whole else "",
        "random weights" if plan.weights.name == RANDOM_WEIGHTS else "",
        unofficial_counts(plan),
        f"{failures} of {n} images without an answer" if failures else "",
        *(verdict.not_ranked_because for verdict in evidence.verdicts),
    ]
    return [reason for reason in reasons if reason]


def unofficial_counts(plan: Plan) -> str:
    """Why the evaluated split is not the official one, judged by its counts by class; empty where it is."""
    official = (plan.dataset.entry.card.counts or {}).get(plan.split)
    found = Counter(row.label for row in plan.opened.rows)
    if official is None or found == Counter(official):
        return ""
    wrong = [
        f"{name} {found[name]} instead of {official.get(name, 0)}"
        for name in {**official, **found}
        if found[name] != official.get(name, 0)
    ]
    return f"not the official {plan.split} split of {plan.spec.dataset}: {', '.join(wrong)}"


def warnings_of(plan: Plan) -> list[str]:
    """What a reader of the number should know, and what does not forbid a rank."""
    expects, content = plan.preprocess.expects, plan.dataset.entry.card.content
    mismatch = expects != content and "any" not in {expects, content}
    warnings = [
        f"the weights expect pictures of kind {expects}, the data set holds {content}" if mismatch else "",
        "the class order is assumed: nothing states it for these weights" if plan.class_order_source == ASSUMED else "",
    ]
    return [warning for warning in warnings if warning]
