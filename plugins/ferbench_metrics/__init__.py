"""The metrics that come with ferbench; every formula stands in the docstring of its function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.hookspecs import hookimpl
from ferbench_metrics import accuracy, agreement, calibration, confusion, per_class

if TYPE_CHECKING:
    from ferbench.interfaces import MetricEntry

FAMILIES = (accuracy, per_class, confusion, agreement, calibration)


@hookimpl
def ferbench_metrics() -> list[MetricEntry]:
    """All metrics, family by family."""
    return [entry for family in FAMILIES for entry in family.ENTRIES]
