"""All guards of a run, none of which can be turned off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.remarks import remarks_on
from ferbench.pipeline.probes.class_order import accepted, probe_class_order
from ferbench.pipeline.probes.colour_order import probe_colour_order
from ferbench.pipeline.probes.concentration import probe_concentration
from ferbench.pipeline.probes.loaded_weights import guard_weights
from ferbench.pipeline.probes.numerics import probe_numerics
from ferbench.pipeline.probes.output_kind import probe_output_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions


def guards(running: Running, predictions: Predictions) -> dict[str, Callable[[], list[Verdict]]]:
    """The guards by the stage that they are timed under: those that need inference have one each."""
    plan, loaded = running.plan, running.loaded
    return {
        "probes": lambda: [
            guard_weights(plan, loaded),
            class_order_guard(plan, predictions),
            probe_output_kind(predictions),
            probe_concentration(predictions, plan.scope.classes),
            *remarks_on(running, predictions),
        ],
        "numerics_probe": lambda: [probe_numerics(running, predictions)],
        "colour_probe": lambda: [probe_colour_order(running, predictions)],
    }


def class_order_guard(plan: Plan, predictions: Predictions) -> Verdict:
    """The verdict on the class order, as far as the user has not accepted it."""
    verdict = probe_class_order(predictions, plan.scope.classes)
    return accepted(verdict) if plan.spec.accept_class_order else verdict
