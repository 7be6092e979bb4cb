"""Ends every process but the one that it is checked in."""

import os
import sys
from dataclasses import replace

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry
from tests.testing import sound

if "pytest" not in sys.modules:
    os._exit(3)


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [MetricEntry(card=replace(sound.METRIC, name="faulty"), compute=sound.accuracy)]
