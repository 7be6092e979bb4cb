"""Metrics of the catalog as one number each: a scalar, or the value of one class of a metric that has one a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import UnknownName, UsageError
from ferbench.leaderboard.statistics.bootstrap import Measure
from ferbench.pipeline.plugin_calls import plugin_metric

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import MetricEntry
    from ferbench.results import Answers


def measure_of(name: str, catalog: Catalog, classes: ClassOrder) -> Measure:
    """The measure of a name: `uar`, or `recall/fear` for a class.

    Raises:
        UnknownName: no plugin gives the metric, or the data set does not have the class.
        UsageError: the metric has no single value.
    """
    metric, _, of_class = name.partition("/")
    entry = plugin_metric(catalog.metrics.get(metric))
    if entry.card.shape == "per_class" and of_class:
        return class_measure(name, entry, of_class, classes)
    if entry.card.shape != "scalar" or of_class:
        found = f"Its value is {entry.card.shape.replace('_', ' ')}." if not of_class else "It has no values by class."
        todo = "Pass a metric with one value, see ferbench list metrics; recall/fear is one, too."
        raise UsageError(f"A comparison by {name!r} was asked for.", found, todo)
    return Measure(name=name, compute=lambda answers: float(entry.compute(answers)))


def class_measure(name: str, entry: MetricEntry, of_class: str, classes: ClassOrder) -> Measure:
    """The value of one class."""
    if of_class not in classes:
        found = f"The data set has the classes {', '.join(classes)}."
        raise UnknownName(f"A comparison by {name!r} was asked for.", found, "Name one of them after the stroke.")
    position = classes.index(of_class)

    def compute(answers: Answers) -> float:
        return float(entry.compute(answers)[position])  # type: ignore[index]

    return Measure(name=name, compute=compute)
