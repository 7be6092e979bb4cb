"""The second half of a run: what was loaded and started predicts, is scored, guarded and measured."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ferbench.execution import PLAIN, Execution
from ferbench.pipeline.cost import cost_of_run
from ferbench.pipeline.engine.guarded import guarding_of
from ferbench.pipeline.engine.proof import prove
from ferbench.pipeline.environment import environment
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.leaks import leak_slices
from ferbench.pipeline.memory import peak_memory
from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.predict import predict
from ferbench.pipeline.probes.guards import guards
from ferbench.pipeline.record import Evidence, compose
from ferbench.pipeline.score import score
from ferbench.pipeline.slices import slice_scores
from ferbench.pipeline.spared_metrics import verdicts_on, with_usable
from ferbench.results import RunResult, TestSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ferbench.interfaces import MetricEntry
    from ferbench.pipeline.earlier import Earlier
    from ferbench.pipeline.engine.proof import Proven
    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.predict import Pass
    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.score import Tables
    from ferbench.pipeline.spared_metrics import Broken
    from ferbench.pipeline.unfinished.shards import Shards
    from ferbench.results import Predictions


def finish(
    running: Running,
    progress: Callable[[int, int], None],
    shards: Shards | None = None,
    earlier: Earlier | None = None,
) -> RunResult:
    """Predict, score, guard and measure; every stage is timed on its own, and leaves nothing behind in the process.

    What an earlier run has predicted or measured is taken from there.
    """
    plan, loaded = running.plan, running.loaded
    seconds: dict[str, float] = {}
    asked = f"The model {plan.spec.model!r} was evaluated on {plan.spec.dataset}."
    done, peak_mib = (earlier.done, None) if earlier else asked_all(running, progress, shards, seconds)
    with timed(seconds, "score"):
        (scores, matrices), broken = scored(plan, done.predictions)
    proven = proved(running, done.predictions, seconds)
    verdicts = (
        *guarded(running, done.predictions, seconds),
        *((proven.verdict,) if proven else ()),
        *verdicts_on(broken),
    )
    with timed(seconds, "cost"), one_pass(plan.model, asked):
        measured = earlier.cost if earlier else None
        cost = measured or cost_of_run(running, done.predictions.failures, done.images_per_s, peak_mib)
    evidence = Evidence(
        run_id=str(uuid.uuid4()),
        created_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        weights_sha256=loaded.weights_sha256,
        loaded_percent=loaded.loaded_percent,
        predictions=done.predictions,
        test_set=test_set_of(plan, done),
        scores=scores,
        matrices=matrices,
        verdicts=verdicts,
        cost=cost,
        sizes=done.sizes,
        environment=environment(str(loaded.device), cost.threads),
        seconds=seconds,
        execution=Execution(
            proof=proven.proof if proven else None,
            guarding=earlier.guarding if earlier else guarding_of(running.calibration, done.predictions),
            compilation=running.compilation,
            batch_trials=running.tried,
            images_resumed=done.resumed,
            predictions_of=earlier.run_id if earlier else None,
        ),
    )
    return result_of(plan, evidence)


def asked_all(
    running: Running, progress: Callable[[int, int], None], shards: Shards | None, seconds: dict[str, float]
) -> tuple[Pass, float | None]:
    """The pass over all images, and the peak of memory meanwhile in MiB."""
    plan = running.plan
    asked = f"The model {plan.spec.model!r} was evaluated on {plan.spec.dataset}."
    with timed(seconds, "predict"), one_pass(plan.model, asked), peak_memory(running.loaded.device) as peak:
        done = predict(plan, running.answering, progress, shards)
    return done, peak.mib


def scored(plan: Plan, predictions: Predictions) -> tuple[Tables, Broken]:
    """Scores over all images, and over those with and without leaks where these were looked for; matrices over all.

    Beside them the metrics that broke, where none was asked for by name.
    """
    slices = leak_slices(predictions.ids, plan.leaks.likeness) if plan.leaks else {}

    def tables(metrics: list[MetricEntry]) -> Tables:
        scores, matrices = score(predictions, plan.scope.classes, metrics)
        return (*scores, *slice_scores(predictions, plan.scope.classes, metrics, slices)), matrices

    return with_usable(plan.metrics, tables, asked=bool(plan.spec.metrics))


def proved(running: Running, predictions: Predictions, seconds: dict[str, float]) -> Proven | None:
    """What an engine or a precision that is not the plain one proves; it has a stage of its own."""
    plan = running.plan
    if (plan.conduct.engine, plan.conduct.precision) == PLAIN:
        return None
    asked = f"The model {plan.spec.model!r} was held against its plain engine on {plan.spec.dataset}."
    with timed(seconds, "engine_proof"), one_pass(plan.model, asked):
        return prove(running, predictions)


def guarded(running: Running, predictions: Predictions, seconds: dict[str, float]) -> tuple[Verdict, ...]:
    """What all guards say; what costs inference has a stage of its own."""
    plan = running.plan
    verdicts: list[Verdict] = []
    for stage, guard in guards(running, predictions).items():
        asked = f"The model {plan.spec.model!r} was examined on {plan.spec.dataset} (stage {stage})."
        with timed(seconds, stage), one_pass(plan.model, asked):
            verdicts.extend(guard())
    return tuple(verdicts)


def result_of(plan: Plan, evidence: Evidence) -> RunResult:
    """The result of a run: its record, and the arrays behind it."""
    return RunResult(
        record=compose(plan, evidence),
        predictions=evidence.predictions,
        test_set=evidence.test_set,
        scores=evidence.scores,
        matrices=evidence.matrices,
        cost=evidence.cost,
    )


def test_set_of(plan: Plan, done: Pass) -> TestSet:
    """The images that the run stands on."""
    return TestSet(
        dataset=plan.spec.dataset,
        split=plan.split,
        items_sha256=plan.items_sha256,
        pixels_sha256=pixels_sha256(plan.rows, done.digests),
        ids=done.predictions.ids,
        labels=done.predictions.labels,
        digests=done.digests,
        attributes=done.predictions.attributes,
    )


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Note the wall time of a stage."""
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
