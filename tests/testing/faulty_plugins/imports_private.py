"""Relies on a module that may change at any time."""

from dataclasses import replace

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry
from ferbench.pipeline.load import build
from tests.testing import sound

KEPT = build


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [MetricEntry(card=replace(sound.METRIC, name="faulty"), compute=sound.accuracy)]
