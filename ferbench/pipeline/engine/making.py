"""A loaded model by the engine of a run, in the arithmetic of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.canonical import sha256_json
from ferbench.errors import PluginError
from ferbench.execution import Compilation
from ferbench.pipeline.engine.choice import arithmetic_of
from ferbench.pipeline.engine.reduced import in_arithmetic
from ferbench.pipeline.network import TorchModel
from ferbench.pipeline.plugin_calls import one_pass

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.execution import Conduct
    from ferbench.pipeline.engine.choice import Arithmetic
    from ferbench.pipeline.engine.reduced import Forward
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A model that is ready to be asked; `compilation` where making it took time of its own."""

    model: PluginModel
    compilation: Compilation | None = None

    @property
    def reused(self) -> Made:
        """The same for another run of the process, to which it is ready at once."""
        if self.compilation is None:
            return self
        return replace(self, compilation=Compilation(seconds=0.0, artifact="found"))


class Engines:
    """Models by the engines of runs; the one that was made last is kept for a run that needs the same.

    `home` keeps networks as engines want them, for other processes too; None keeps nothing.
    """

    def __init__(self, home: Path | None) -> None:
        self.home = home
        self._last: tuple[Loaded, Conduct, Made] | None = None

    def made(self, plan: Plan, loaded: Loaded) -> Made:
        """As the function `made`; what was made before is ready at once."""
        kept = self.kept(plan, loaded)
        if kept is not None:
            return kept.reused
        self.forget()
        ready = made(plan, loaded, self.home)
        self._last = (loaded, conduct_of(plan), ready)
        return ready

    def kept(self, plan: Plan, loaded: Loaded) -> Made | None:
        """The model of a plan, if it was made last."""
        same = self._last is not None and self._last[0] is loaded and self._last[1] == conduct_of(plan)
        return self._last[2] if self._last is not None and same else None

    def forget(self) -> None:
        """Let go of the model, so that two never need memory at once."""
        self._last = None


def made(plan: Plan, loaded: Loaded, home: Path | None) -> Made:
    """The model of a plan by `plan.conduct.engine`, and in its precision: in the fast one of two for `guarded`.

    Raises:
        PluginError: the network cannot be captured by the engine, or cannot compute in this arithmetic.
        ExtraNotInstalled: the engine needs something that is not here.
    """
    arithmetic = arithmetic_of(plan.conduct.precision, loaded.device.type)
    ready = MAKERS[plan.conduct.engine](plan, loaded, home, arithmetic)
    if ready.model is not loaded.model:
        try_out(plan, ready.model)
    return ready


def conduct_of(plan: Plan) -> Conduct:
    """What a made model depends on beside the loaded one."""
    return replace(plan.conduct, workers=0)


def by_eager(_plan: Plan, loaded: Loaded, _home: Path | None, arithmetic: Arithmetic) -> Made:
    """The network by its own code; in plain float32 the loaded model itself."""
    network = loaded.model.model
    if arithmetic == "fp32" or not isinstance(network, TorchModel):
        return Made(model=loaded.model)
    return Made(model=with_forward(loaded.model, in_arithmetic(network.module, arithmetic, loaded.device)))


def with_forward(model: PluginModel, forward: Forward) -> PluginModel:
    """The same model, computed in another way; what its answers must look like stays."""
    network = model.model
    assert isinstance(network, TorchModel)
    return replace(model, model=replace(network, forward=forward))


def by_compile(plan: Plan, loaded: Loaded, home: Path | None, arithmetic: Arithmetic) -> Made:
    """The network compiled, or as it was compiled before."""
    from ferbench.pipeline.engine.compiled import compiled

    network, shape = loaded.model.model, shape_of(plan)
    assert isinstance(network, TorchModel)
    ready = compiled(
        network.module, shape, arithmetic, loaded.device, plan.conduct.batch_size, home, identity(plan, loaded)
    )
    return Made(model=with_forward(loaded.model, ready.forward), compilation=ready.compilation)


def kept_compiled(plan: Plan, loaded: Loaded, home: Path | None) -> bool:
    """Whether the compiled network of a plan is kept from before."""
    from ferbench.pipeline.engine.compiled import is_kept

    return is_kept(shape_of(plan), loaded.device, home, identity(plan, loaded))


def by_onnxruntime(plan: Plan, loaded: Loaded, home: Path | None, _arithmetic: Arithmetic) -> Made:
    """The network exported into a session, or as it was exported before."""
    from ferbench.pipeline.engine.onnx_session import session_model

    network = loaded.model.model
    assert isinstance(network, TorchModel)
    model, compilation = session_model(network.module, plan.preprocess, identity(plan, loaded), home)
    return Made(model=replace(loaded.model, model=model), compilation=compilation)


MAKERS: dict[str, Callable[[Plan, Loaded, Path | None, Arithmetic], Made]] = {
    "eager": by_eager,
    "compile": by_compile,
    "onnxruntime": by_onnxruntime,
}


def shape_of(plan: Plan) -> tuple[int, int, int]:
    """(channels, height, width) of what the network sees."""
    return (plan.preprocess.channels, *plan.preprocess.size)


def identity(plan: Plan, loaded: Loaded) -> str:
    """Equal for networks that compute the same: hexadecimal SHA-256 over code, weights, options and structure.

    The libraries that a plugin builds its networks with are not in it beyond the structure that they give; what an
    engine kept of an older one is found out by the proof that every run makes.
    """
    entry, module = plan.model.entry, loaded.model.module
    facts = [plan.model.origin.sha256, entry.card.name, loaded.weights_sha256, plan.spec.model_options]
    return sha256_json([*facts, len(plan.classes), repr(module)])


def try_out(plan: Plan, model: PluginModel) -> None:
    """Ask about a black picture, so that what cannot be computed is known before the images are read.

    Raises:
        PluginError: the network raised, or its answer has another shape.
    """
    conduct = plan.conduct
    asked = f"{plan.spec.model} was to be run by the engine {conduct.engine} in {conduct.precision}."
    try:
        with one_pass(plan.model, asked):
            model.answer(np.zeros((1, *shape_of(plan)), np.uint8))
    except PluginError as error:
        todo = "Leave --engine and --precision out, or mend what its forward does in this arithmetic."
        raise PluginError(asked, error.found, todo) from error
