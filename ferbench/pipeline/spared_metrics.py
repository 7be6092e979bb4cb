"""Scoring with metrics that nobody asked for by name: one that breaks is left out, and said to be, not the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ferbench.errors import FerbenchError
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.catalog import Registered
    from ferbench.interfaces import MetricEntry
    from ferbench.results import Answers

T = TypeVar("T")
#: Metrics that broke, by name, with what was said.
Broken = dict[str, FerbenchError]


def with_usable(
    registered: Sequence[Registered[MetricEntry]], compute: Callable[[list[MetricEntry]], T], *, asked: bool
) -> tuple[T, Broken]:
    """What `compute` makes of the metrics, all over again without each that breaks meanwhile, and those.

    Raises:
        FerbenchError: one breaks, and they were `asked` for.
    """
    broken: Broken = {}
    while True:
        before = len(broken)
        metrics = [noted(plugin_metric(item), broken) for item in registered if item.entry.card.name not in broken]
        try:
            return compute(metrics), broken
        except FerbenchError:
            if asked or len(broken) == before:
                raise


def noted(metric: MetricEntry, broken: Broken) -> MetricEntry:
    """The metric, which notes what it raises."""

    def compute(answers: Answers) -> float | NDArray[np.float64]:
        try:
            return metric.compute(answers)
        except FerbenchError as error:
            broken[metric.card.name] = error
            raise

    return replace(metric, compute=compute)


def verdicts_on(broken: Broken) -> tuple[Verdict, ...]:
    """What the record of the run says of the metrics that it lacks."""
    if not broken:
        return ()
    finding = "; ".join(f"{name}: {error.found}" for name, error in broken.items())
    warning = f"without the scores of {', '.join(broken)}: {finding}"
    return (Verdict(probe="metrics", outcome="warning", finding=finding, warning=warning),)
