"""Runs that look like real ones: models that fail on the same hard images, scored by the real metrics."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.canonical import finite, sha256_json, sha256_text
from ferbench.pipeline.score import score
from ferbench.plugin_manager import build_catalog
from ferbench.results import (
    Predictions,
    RunResult,
    TestSet,
    core_sha256,
    interval_record,
    score_record,
    seal_of,
)
from ferbench.spec import RunSpec
from tests.leaderboard.building import RAFDB, build_cost, build_record

if TYPE_CHECKING:
    from collections.abc import Mapping

METRICS = ("accuracy", "uar", "f1_macro", "ece", "nll", "confusion_matrix", "recall", "precision", "f1")
#: How much of what an image is to a model is the image's own difficulty.
SHARED = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A run to draw: what it is called, how good it is, what it costs, and changes of its record."""

    seed: int
    model: str
    dataset: str = "rafdb"
    accuracy: float = 0.9
    n: int = 120
    classes: tuple[str, ...] = RAFDB
    weights: str | None = None
    cost: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


@cache
def metric_entries() -> tuple[Any, ...]:
    """The metrics that drawn runs are scored by."""
    catalog = build_catalog()
    return tuple(catalog.metrics.get(name).entry for name in METRICS)


@cache
def drawn_test_set(dataset: str, n: int, classes: tuple[str, ...]) -> TestSet:
    """Images with labels of uneven frequency, as the sets of the field have them."""
    rng = np.random.default_rng(len(dataset))
    shares = np.linspace(1, 4, len(classes))
    labels = (*classes, *classes, *rng.choice(classes, size=n - 2 * len(classes), p=shares / shares.sum()).tolist())
    ids = tuple(f"test_{index:04d}" for index in range(n))
    digests = tuple(sha256_text(f"{dataset}/{name}") for name in ids)
    items = sha256_json(sorted(zip(ids, labels, strict=True)))
    return TestSet(
        dataset=dataset,
        split="test",
        items_sha256=items,
        pixels_sha256=sha256_json([items, digests]),
        ids=ids,
        labels=labels,
        digests=digests,
        attributes=(),
    )


def drawn_predictions(drawn: Drawn, test_set: TestSet) -> Predictions:
    """Logits: the label wins on easy images, its neighbour among the classes on those that are too hard."""
    own, shared = np.random.default_rng(drawn.seed), np.random.default_rng(len(drawn.dataset))
    n, k = len(test_set.ids), len(drawn.classes)
    hardness = SHARED * shared.random(n) + (1 - SHARED) * own.random(n)
    right = hardness <= np.quantile(hardness, drawn.accuracy)
    label = np.array([drawn.classes.index(name) for name in test_set.labels])
    said = np.where(right, label, (label + own.integers(1, k, n)) % k)
    emotion = own.normal(size=(n, k))
    emotion[np.arange(n), said] = emotion.max(axis=1) + 4.5 * (1 - hardness) + own.random(n)
    return Predictions(
        ids=test_set.ids,
        labels=test_set.labels,
        classes=drawn.classes,
        kind="logits",
        outputs={"emotion": emotion.astype(np.float32)},
    )


def drawn_result(drawn: Drawn) -> RunResult:
    """The run, with a record that has all that a real one has, sealed."""
    test_set = drawn_test_set(drawn.dataset, drawn.n, drawn.classes)
    predictions = drawn_predictions(drawn, test_set)
    scores, matrices = score(predictions, drawn.classes, metric_entries())
    cost = replace(build_cost(drawn.seed), **drawn.cost)
    record = build_record(drawn.seed, predictions, test_set, scores, cost, drawn.classes)
    run_key = sha256_json([drawn.seed, drawn.model, test_set.pixels_sha256])
    record |= {
        **like_a_real_one(drawn, record),
        "run_key": run_key,
        "core_sha256": core_sha256(run_key, predictions.sha256(), scores),
        "scores": score_record(scores),
        "intervals": interval_record(scores),
        "matrices": [asdict(matrix) for matrix in matrices],
        **drawn.changes,
    }
    record = finite(record)
    return RunResult(
        record={**record, "seal": seal_of(record)},
        predictions=predictions,
        test_set=test_set,
        scores=scores,
        matrices=matrices,
        cost=cost,
    )


def like_a_real_one(drawn: Drawn, record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the records of the leaderboard's tests leave out."""
    spec = RunSpec(model=drawn.model, dataset=drawn.dataset, data_root="/home/anna/RAF-DB", weights="/home/anna/w.pth")
    return {
        "run_id": str(uuid.UUID(int=int(np.random.default_rng([drawn.seed, 7]).integers(2**63)) << 64 | drawn.seed)),
        "model": drawn.model,
        "weights": {
            **record["weights"],
            "name": drawn.weights or f"{drawn.model}.{drawn.dataset}",
            "licence": "research only",
            "selection": ("test-best", "val-best", "unknown")[drawn.seed % 3],
            "extra_data": (["ms1mv3"], [], None)[drawn.seed % 3],
        },
        "plugin": {"name": "drawn", "distribution": "/home/anna/drawn.py", "version": "1.0", "sha256": "0" * 64},
        "labels": {"kind": "official", "name": "", "text": "official", "finding": "official by class"},
        "pixels": {"kind": "unknown", "name": "", "text": "unknown", "finding": "no known SHA-256"},
        "left_out": {},
        "preprocess": {
            "size": [224, 224],
            "backend": "pil",
            "interpolation": "bilinear",
            "colour_order": "rgb",
            "crop": "none",
            "align": "none",
        },
        "guards": {
            "numerics": {"outcome": "ok", "finding": "largest change of an output: 4.2e-07"},
            "colour order": {"outcome": "warning", "finding": "bgr fits as well"},
        },
        "warnings": ["the class order is assumed: nothing states it for these weights"],
        "environment": {"python": "3.11.7", "platform": "Linux", "packages": {"torch": "2.6"}},
        "spec": spec.as_json(),
    }
