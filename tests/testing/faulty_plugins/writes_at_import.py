"""Leaves a file behind when it is imported."""

import os
from dataclasses import replace
from pathlib import Path

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry
from tests.testing import sound

(Path(os.environ["FAULTY_FOLDER"]) / "faulty.txt").write_text("here", encoding="utf-8")


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [MetricEntry(card=replace(sound.METRIC, name="faulty"), compute=sound.accuracy)]
