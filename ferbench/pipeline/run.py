"""evaluate(): the whole flow, from what is asked to what came out. It writes nothing; recording is the caller's."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ferbench.canonical import sha256_json
from ferbench.config import Settings
from ferbench.errors import WeightsError
from ferbench.pipeline.checkpoints import read_checkpoint, read_outline
from ferbench.pipeline.engine.making import Engines
from ferbench.pipeline.engine.running import started_with
from ferbench.pipeline.finish import finish
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.unfinished.shards import open_shards
from ferbench.plugin_manager import build_catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ferbench.catalog import Catalog
    from ferbench.pipeline.earlier import Earlier
    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.unfinished.shards import Shards
    from ferbench.results import RunResult
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
        self._engines = Engines(self.settings.engines_home)
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
            running = started_with(plan, self._model_of(plan), self._engines)
            with self._shards_of(running) as shards:
                return finish(running, progress or silent, shards, earlier)

    def forget(self) -> None:
        """Remove what was kept of the run that was carried out last, in case it would be ended: its result is safe."""
        if self._shards is not None:
            self._shards.forget()
            self._shards = None

    @contextmanager
    def _shards_of(self, running: Running) -> Iterator[Shards | None]:
        self._shards = shards = open_shards(self.settings.unfinished_home, running)
        try:
            if shards is not None and not self._resume:
                shards.restart()
            yield shards
        except BaseException:
            # Whoever looks at the traceback holds the shards, and with them the lock, which the next try needs.
            if shards is not None:
                shards.release()
            self._shards = None
            raise

    def _model_of(self, plan: Plan) -> Loaded:
        key = loading_key(plan)
        if self._loaded is None or self._loaded[0] != key:
            # Let go of the model before, so that two never need memory at once.
            self._loaded = None
            self._engines.forget()
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
