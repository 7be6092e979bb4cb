"""Results of runs with real arrays, as a pipeline would hand them over, made from a seed."""

from __future__ import annotations

import math
import uuid
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.canonical import finite, sha256_json, sha256_text
from ferbench.emotions import NAMED_ORDERS
from ferbench.results import (
    SCHEMA_VERSION,
    Cost,
    Predictions,
    RunResult,
    Score,
    TestSet,
    core_sha256,
    interval_record,
    score_record,
    seal_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

RAFDB = NAMED_ORDERS["rafdb"]
AFFECTNET8 = NAMED_ORDERS["affectnet8"]

#: Scalars with a value between 0 and 1, beside accuracy.
OTHER_METRICS = ("uar", "f1_macro", "ece", "nll")


def build_result(
    seed: int = 0,
    *,
    n: int = 50,
    classes: tuple[str, ...] = RAFDB,
    dataset_classes: tuple[str, ...] = RAFDB,
    accuracy: float | None = None,
    test_set: TestSet | None = None,
    failures: Mapping[str, str] | None = None,
    extra_outputs: Mapping[str, Any] | None = None,
    scores: tuple[Score, ...] | None = None,
    **changes: Any,
) -> RunResult:
    """A sealed result; `accuracy` overrides the measured one, `changes` go into the record before it is sealed."""
    dataset, split = changes.get("dataset", "rafdb"), changes.get("split", "test")
    test_set = test_set or build_test_set(n, dataset_classes, dataset=dataset, split=split)
    predictions = build_predictions(seed, test_set, classes, failures or {}, extra_outputs or {})
    if scores is None:
        scores = build_scores(predictions, dataset_classes, accuracy)
    cost = build_cost(seed)
    record = build_record(seed, predictions, test_set, scores, cost, dataset_classes)
    record = finite({**record, **changes})
    return RunResult(
        record={**record, "seal": seal_of(record)},
        predictions=predictions,
        test_set=test_set,
        scores=scores,
        matrices=(),
        cost=cost,
    )


def build_test_set(n: int, classes: tuple[str, ...], dataset: str = "rafdb", split: str = "test") -> TestSet:
    """A split of n images whose labels go round the classes."""
    ids = tuple(f"{split}_{index:04d}" for index in range(n))
    labels = tuple(classes[index % len(classes)] for index in range(n))
    digests = tuple(sha256_text(f"{dataset}/{name}") for name in ids)
    items = sha256_json(sorted(zip(ids, labels, strict=True)))
    return TestSet(
        dataset=dataset,
        split=split,
        items_sha256=items,
        pixels_sha256=sha256_json([items, digests]),
        ids=ids,
        labels=labels,
        digests=digests,
        attributes=tuple({"gender": "fm"[index % 2]} for index in range(n)),
    )


def build_predictions(
    seed: int,
    test_set: TestSet,
    classes: tuple[str, ...],
    failures: Mapping[str, str],
    extra_outputs: Mapping[str, Any],
) -> Predictions:
    """Logits that favour the label; images in `failures` have none."""
    rng = np.random.default_rng(seed)
    emotion = rng.normal(size=(len(test_set.ids), len(classes))).astype(np.float32)
    for row, label in enumerate(test_set.labels):
        emotion[row, classes.index(label)] += 1.5
    for name in failures:
        emotion[test_set.ids.index(name)] = np.nan
    return Predictions(
        ids=test_set.ids,
        labels=test_set.labels,
        classes=classes,
        kind="logits",
        outputs={"emotion": emotion, **extra_outputs},
        failures=failures,
        attributes=test_set.attributes,
    )


def measured_accuracy(predictions: Predictions, classes: tuple[str, ...]) -> float:
    """Share of labels that are the most probable class among some classes, one image after the other."""
    hits = 0
    for row, label in zip(predictions.emotion, predictions.labels, strict=True):
        values = {name: row[predictions.classes.index(name)] for name in classes}
        hits += not np.isnan(row).any() and max(classes, key=lambda name: values[name]) == label
    return hits / len(predictions.labels)


def build_scores(
    predictions: Predictions, dataset_classes: tuple[str, ...], accuracy: float | None
) -> tuple[Score, ...]:
    """Accuracy with an interval, other scalars, and recall by class, in the modes that apply."""
    n, rng = len(predictions.ids), np.random.default_rng(len(predictions.ids))
    modes = {"strict": predictions.classes}
    if set(predictions.classes) != set(dataset_classes):
        modes["mask"] = dataset_classes
    scores = []
    for mode, classes in modes.items():
        value = measured_accuracy(predictions, classes) if accuracy is None else accuracy
        one = Score(metric="accuracy", value=value, n=n, label_mode=mode, low=value - 0.05, high=value + 0.05)
        scores.append(one)
        scores += [replace(one, metric=name, value=rng.random(), low=None, high=None) for name in OTHER_METRICS]
        scores += [replace(one, metric=f"recall/{name}", value=rng.random()) for name in dataset_classes]
    scores.append(Score(metric="accuracy", value=math.nan, n=0, label_mode="strict", slice="gender=x"))
    return tuple(scores)


def build_cost(seed: int) -> Cost:
    """The cost of a network on one device."""
    return Cost(
        cost_key=sha256_text("cpu"),
        device="cpu",
        device_name="Example CPU",
        threads=2,
        batch_size=32,
        engine="eager",
        precision="fp32",
        params_total=71_000_000 + seed,
        params_used=43_000_000 + seed,
        macs=8_400_000_000,
        flops=16_800_000_000,
        counter="fvcore 0.1.5",
        macs_by_module={"stem": 4_000_000_000, "blocks": 4_400_000_000},
        uncounted_ops={"aten::erf": 3},
        latency_model_ms_p50=150.25,
        images_per_s=9.5,
    )


def build_record(
    seed: int,
    predictions: Predictions,
    test_set: TestSet,
    scores: tuple[Score, ...],
    cost: Cost,
    dataset_classes: tuple[str, ...],
) -> dict[str, Any]:
    """The record of a ranked run, without its seal. Ids and times follow from the seed: a later seed is newer."""
    run_key = sha256_json(["run_key", seed, test_set.pixels_sha256])
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": str(uuid.UUID(int=int(np.random.default_rng(seed).integers(2**63)) << 64 | seed)),
        "run_key": run_key,
        "cost_key": cost.cost_key,
        "core_sha256": core_sha256(run_key, predictions.sha256(), scores),
        "predictions_sha256": predictions.sha256(),
        "status": "incomplete" if predictions.failures else "complete",
        "ranked": True,
        "not_ranked_because": [],
        "created_at": (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seed)).isoformat(timespec="microseconds"),
        "model": f"model_{seed}",
        "weights": {
            "name": f"weights_{seed}",
            "sha256": sha256_text(f"weights {seed}"),
            "selection": "test-best",
            "extra_data": ["ms1mv3"],
        },
        "dataset": test_set.dataset,
        "private": False,
        "split": test_set.split,
        "n": len(test_set.ids),
        "items_sha256": test_set.items_sha256,
        "pixels_sha256": test_set.pixels_sha256,
        "input": "official-aligned",
        "classes": predictions.classes,
        "dataset_classes": dataset_classes,
        "class_order_source": "assumed",
        "output_kind": predictions.kind,
        "scores": score_record(scores),
        "intervals": interval_record(scores),
        "matrices": [],
        "cost": asdict(cost),
        "failures": dict(predictions.failures),
        "warnings": [],
        "environment": {"python": "3.11"},
    }
