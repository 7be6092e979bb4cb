"""evaluate(): the whole flow, from what is asked to what came out. It writes nothing; recording is the caller's."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from ferbench.canonical import sha256_json
from ferbench.config import Settings
from ferbench.errors import WeightsError
from ferbench.execution import Execution
from ferbench.pipeline.checkpoints import read_checkpoint, read_outline
from ferbench.pipeline.cost import cost_of_run
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.environment import environment
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.leaks import leak_slices
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.memory import peak_memory
from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.predict import predict
from ferbench.pipeline.probes.guards import guards
from ferbench.pipeline.record import Evidence, compose
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.score import score
from ferbench.pipeline.slices import slice_scores
from ferbench.pipeline.spared_metrics import verdicts_on, with_usable
from ferbench.pipeline.unfinished.shards import open_shards
from ferbench.plugin_manager import build_catalog
from ferbench.results import RunResult, TestSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ferbench.catalog import Catalog
    from ferbench.interfaces import MetricEntry
    from ferbench.pipeline.earlier import Earlier
    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.predict import Pass
    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.score import Tables
    from ferbench.pipeline.spared_metrics import Broken
    from ferbench.pipeline.unfinished.shards import Shards
    from ferbench.results import Predictions
    from ferbench.spec import RunSpec


def evaluate(
    spec: RunSpec,
    catalog: Catalog | None = None,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunResult:
    """Evaluate one model on one data set.

    Args:
        spec: What to run.
        catalog: Models, data sets and metrics; by default what the installed plugins provide.
        settings: Where data and weights lie; by default `ferbench.toml` and the environment.
        progress: Called with (images done, images in all) after every batch.

    Raises:
        FerbenchError: whatever the run needs is missing, broken or not comparable; see `ferbench.errors`.
    """
    return Evaluator(catalog, settings).evaluate(spec, progress)


class Evaluator:
    """Evaluates one specification after the other.

    A checkpoint is read, and a model loaded, once for those in a row that need the same. Without `resume` nothing that
    an ended process left behind is used.
    """

    def __init__(
        self, catalog: Catalog | None = None, settings: Settings | None = None, *, resume: bool = True
    ) -> None:
        self.catalog = catalog or build_catalog()
        self.settings = settings or Settings.load()
        self._resume = resume
        self._read = lru_cache(maxsize=1)(read_checkpoint)
        self._outline = lru_cache(maxsize=1)(read_outline)
        self._loaded: tuple[str, Loaded] | None = None
        self._shards: Shards | None = None

    def evaluate(self, spec: RunSpec, progress: Callable[[int, int], None] | None = None) -> RunResult:
        """As the function `evaluate`."""
        result = self.carry_out(self.plan(spec), progress)
        self.forget()
        return result

    def plan(self, spec: RunSpec) -> Plan:
        """The plan of a run, as `ferbench.pipeline.resolve.resolve` makes it."""
        return resolve(spec, self.catalog, self.settings, self._read)

    def outline(self, spec: RunSpec) -> Plan:
        """As `plan`, without the tensors of the checkpoint, and so without torch."""
        return resolve(spec, self.catalog, self.settings, self._outline)

    def with_tensors(self, outline: Plan) -> Plan:
        """The plan that an outline is of.

        Raises:
            WeightsError: its checkpoint was changed meanwhile.
        """
        checkpoint = outline.weights.checkpoint
        if checkpoint is None:
            return outline
        whole = self._read(checkpoint.path)
        if whole.sha256 == checkpoint.sha256:
            return replace(outline, weights=replace(outline.weights, checkpoint=whole))
        raise WeightsError(
            f"The checkpoint {checkpoint.path} was to be read.",
            "It was changed since this command began.",
            "Wait until whatever writes it is done, and try again.",
        )

    def weights_sha256(self, plan: Plan) -> str:
        """The hash of the weights of a plan; a network that brings its own is built for that."""
        if plan.weights.sha256:
            return plan.weights.sha256
        with plain_float32(plan.spec.threads):
            return self._model_of(plan).weights_sha256

    def carry_out(
        self, plan: Plan, progress: Callable[[int, int], None] | None = None, earlier: Earlier | None = None
    ) -> RunResult:
        """Evaluate what is planned, as far as an earlier run has not done it.

        It goes on where the same run was ended before; `forget` ends that.
        """
        with plain_float32(plan.spec.threads):
            running = started(plan, self._model_of(plan), self.settings.engines_home)
            self._shards = open_shards(self.settings.unfinished_home, running)
            if self._shards is not None and not self._resume:
                self._shards.restart()
            return finish(running, progress or silent, self._shards, earlier)

    def forget(self) -> None:
        """Remove what was kept of the run that was carried out last, in case it would be ended: its result is safe."""
        if self._shards is not None:
            self._shards.forget()
            self._shards = None

    def _model_of(self, plan: Plan) -> Loaded:
        key = loading_key(plan)
        if self._loaded is None or self._loaded[0] != key:
            # Let go of the model before, so that two never need memory at once.
            self._loaded = None
            self._loaded = (key, load(plan))
        return self._loaded[1]


def loading_key(plan: Plan) -> str:
    """Equal for plans whose models are the same when they are loaded."""
    model, preprocess = plan.model, asdict(plan.preprocess)
    card, file = model.entry.card, str(model.entry.file)
    named = [model.origin.sha256, card.name, card.output, file, plan.weights.sha256, plan.classes]
    return sha256_json([*named, preprocess, plan.spec.model_options, plan.spec.device, plan.spec.seed])


def silent(done: int, total: int) -> None:
    """Progress that nobody looks at."""


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
    verdicts = (*guarded(running, done.predictions, seconds), *verdicts_on(broken))
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
            compilation=running.compilation,
            batch_trials=running.batch_trials,
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
