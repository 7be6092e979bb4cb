"""A run that can begin: everything that was left to `auto` is settled, and the model runs on the engine asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.errors import PluginError
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.batch_size import fitting_batch_size
from ferbench.pipeline.engine.automatic import chosen_engine
from ferbench.pipeline.engine.choice import arithmetic_of, check_allowed
from ferbench.pipeline.engine.guarded import Guarded, calibrated
from ferbench.pipeline.engine.making import Engines, by_eager, shape_of
from ferbench.pipeline.engine.processors import slow_in
from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.views import VIEWS
from ferbench.pipeline.workers import fitting_workers

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.execution import BatchTrial, Compilation
    from ferbench.pipeline.engine.guarded import Calibration
    from ferbench.pipeline.engine.making import Made
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A run that can begin.

    `loaded` is the model in plain float32, `model` the same by the engine and in the precision of the run, `answering`
    what is asked about the images. Nothing in `plan.conduct` is a guess any more. `calibration` is that of a guarded
    run, whose `model` is the fast one. `remarks` are what a reader should know of how it came to this.
    """

    plan: Plan
    loaded: Loaded
    model: PluginModel
    answering: AnswersOf | Guarded
    compilation: Compilation | None = None
    batch_trials: tuple[BatchTrial, ...] = ()
    calibration: Calibration | None = None
    remarks: tuple[str, ...] = ()

    @property
    def tried(self) -> tuple[BatchTrial, ...]:
        """Batch sizes that were tried before the run, and those that proved too large during it."""
        return (*self.batch_trials, *self.answering.trials)


def started(plan: Plan, loaded: Loaded, home: Path | None) -> Running:
    """As `started_with`; `home` keeps networks as engines want them, None keeps nothing."""
    return started_with(plan, loaded, Engines(home))


def started_with(plan: Plan, loaded: Loaded, engines: Engines) -> Running:
    """A run of a plan that can begin.

    Raises:
        UsageError, ExtraNotInstalled: engine and precision do not go with the device, as `choice.check_conduct` says.
        PluginError: a plugin's code raised; the network cannot be captured by the engine that was asked for.
    """
    check_allowed(plan.spec.engine, plan.spec.precision, loaded.device.type, plan.model.entry)
    plan, trials = with_batch_size(plan, loaded)
    plan, ready, remarks = with_engine(plan, loaded, engines)
    if plan.spec.workers == "auto":
        plan = replace(plan, conduct=replace(plan.conduct, workers=fitting_workers(plan, ready.model)))
    answering, calibration = asked(plan, loaded, ready.model)
    slow = slow_in(arithmetic_of(plan.conduct.precision, loaded.device.type), loaded.device)
    return Running(
        plan=plan,
        loaded=loaded,
        model=ready.model,
        answering=answering,
        compilation=ready.compilation,
        batch_trials=trials,
        calibration=calibration,
        remarks=tuple(remark for remark in (*remarks, slow) if remark),
    )


def with_batch_size(plan: Plan, loaded: Loaded) -> tuple[Plan, tuple[BatchTrial, ...]]:
    """The plan with a batch size that fits, found by the network's own code in the arithmetic of the run."""
    if plan.spec.batch_size != "auto":
        return plan, ()
    own = by_eager(plan, loaded, None, arithmetic_of(plan.conduct.precision, loaded.device.type))
    images = len(plan.rows) * VIEWS[plan.spec.tta]
    found, trials = fitting_batch_size(own.model, shape_of(plan), images, loaded.device)
    return replace(plan, conduct=replace(plan.conduct, batch_size=found)), trials


def with_engine(plan: Plan, loaded: Loaded, engines: Engines) -> tuple[Plan, Made, tuple[str, ...]]:
    """The plan with its engine, the model by it, and what went wrong on the way.

    Only what `auto` chose is given up where the network cannot be captured.
    """
    if plan.spec.engine != "auto":
        return plan, engines.made(plan, loaded), ()
    plan = replace(plan, conduct=replace(plan.conduct, engine=chosen_engine(plan, loaded, engines)))
    try:
        return plan, engines.made(plan, loaded), ()
    except PluginError as error:
        if plan.conduct.engine == "eager":
            raise
        given_up = f"engine auto: {plan.conduct.engine} was given up for eager: {error.found}"
    plan = replace(plan, conduct=replace(plan.conduct, engine="eager"))
    return plan, engines.made(plan, loaded), (given_up,)


def asked(plan: Plan, loaded: Loaded, model: PluginModel) -> tuple[AnswersOf | Guarded, Calibration | None]:
    """What is asked about the images, and how it was calibrated where the run is guarded."""
    fast = AnswersOf(model, plan.conduct.batch_size)
    if plan.conduct.precision != "guarded":
        return fast, None
    plain, arithmetic = AnswersOf(loaded.model, plan.conduct.batch_size), arithmetic_of("guarded", loaded.device.type)
    with one_pass(plan.model, f"The bound of a guarded run of {plan.spec.model!r} was to be found."):
        calibration = calibrated(plan, fast, plain, arithmetic)
    kind = plan.model.entry.card.output
    return Guarded(fast=fast, plain=plain, kind=kind, bound=calibration.bound), calibration
