"""--engine auto: compile where the run is long enough to win back what that takes, else the network's own code.

ONNX Runtime is never chosen: it computes by other operators than torch, and was not found to be faster than both.

The rule. A run of n images (times the views of each) that takes t seconds an image by its own code takes t / `GAIN`
compiled, and some time before it can begin: `COMPILE_S`, or `PREPARE_S` where the graph is kept from before, or none
where this process has just compiled it. So compiling wins from n * t * (1 - 1 / GAIN) > that time on: with the figures
below from about two minutes of plain work on, or half a minute.
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

#: What compiling gains at least for the reference models on two cores.
GAIN = 1.3
#: Seconds that it takes there at most: all of it, and what is left where the graph is kept.
COMPILE_S, PREPARE_S = 30.0, 8.0
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
    if engines.kept(compiling, loaded):
        return "compile"
    own = by_eager(plan, loaded, None, arithmetic_of(plan.conduct.precision, loaded.device.type))
    seconds = seconds_an_image(own.model, shape_of(plan), plan.conduct.batch_size)
    takes = PREPARE_S if kept_compiled(compiling, loaded, engines.home) else COMPILE_S
    return "compile" if worth(takes, len(plan.rows) * VIEWS[plan.spec.tta], seconds) else "eager"


def can_be_compiled(plan: Plan, loaded: Loaded) -> bool:
    """Whether there is a network that is no finished program already, and a device that is compiled for."""
    entry = plan.model.entry
    return entry.open is None and entry.file is None and loaded.device.type in FAST


def worth(takes_s: float, images: int, seconds_an_image: float) -> bool:
    """Whether a run of so many images wins back the time that compiling takes.

    >>> worth(30, images=3068, seconds_an_image=0.15), worth(30, images=3068, seconds_an_image=0.001)
    (True, False)
    """
    return images * seconds_an_image * (1 - 1 / GAIN) > takes_s


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
