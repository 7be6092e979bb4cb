"""--engine auto: compile where the run is long enough to win back what that takes, else the network's own code.

ONNX Runtime is never chosen: it computes by other operators than torch, and was not found to be faster than both.

The rule. A run of n images (times the views of each) that takes t seconds an image by its own code takes at least
t / `GAIN` compiled, and `COMPILE_S` for the compiling. So it wins from n * t * (1 - 1 / GAIN) > COMPILE_S on: with the
figures below, from about six and a half minutes of plain work on. A network that is kept compiled needs no such time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.engine.choice import FAST, arithmetic_of
from ferbench.pipeline.engine.making import by_eager, kept_compiled, shape_of
from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.views import VIEWS

if TYPE_CHECKING:
    from typing import Literal

    from ferbench.pipeline.engine.making import Engines
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan

#: What compiling gains at least, and takes at most, for the reference models on two cores.
GAIN, COMPILE_S = 1.3, 90.0
#: Images that are timed: no more than a batch, and no more than tell what one takes.
TIMED = 8


def chosen_engine(plan: Plan, loaded: Loaded, engines: Engines) -> Literal["eager", "compile"]:
    """What --engine auto comes to for a run.

    Raises:
        PluginError: the model's code raised.
    """
    compiling = replace(plan, conduct=replace(plan.conduct, engine="compile"))
    if not can_be_compiled(plan, loaded):
        return "eager"
    if engines.kept(compiling, loaded) or kept_compiled(compiling, loaded, engines.home):
        return "compile"
    own = by_eager(plan, loaded, None, arithmetic_of(plan.conduct.precision, loaded.device.type))
    seconds = seconds_an_image(own.model, shape_of(plan), plan.conduct.batch_size)
    return "compile" if worth_compiling(len(plan.rows) * VIEWS[plan.spec.tta], seconds) else "eager"


def can_be_compiled(plan: Plan, loaded: Loaded) -> bool:
    """Whether there is a network that is no finished program already, and a device that is compiled for."""
    entry = plan.model.entry
    return entry.open is None and entry.file is None and loaded.device.type in FAST


def worth_compiling(images: int, seconds_an_image: float) -> bool:
    """Whether a run of so many images wins back the time of compiling.

    >>> worth_compiling(3068, 0.15), worth_compiling(3068, 0.001)
    (True, False)
    """
    return images * seconds_an_image * (1 - 1 / GAIN) > COMPILE_S


def seconds_an_image(model: PluginModel, shape: tuple[int, int, int], batch_size: int) -> float:
    """What a black picture takes by the model's own code, in a batch after another one.

    Raises:
        PluginError: the model's code raised.
    """
    pixels = np.zeros((min(batch_size, TIMED), *shape), np.uint8)
    with one_pass(model.registered, f"The model {model.registered.entry.card.name!r} was timed."):
        model.answer(pixels)
        started = time.perf_counter()
        model.answer(pixels)
    return (time.perf_counter() - started) / len(pixels)
