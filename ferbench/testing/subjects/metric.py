"""A metric as checks look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.interfaces import MetricEntry
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.testing.processes.start import discovery
from ferbench.testing.subjects.base import Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.results import Answers


@dataclass(frozen=True, kw_only=True)
class MetricSubject(Subject[MetricEntry]):
    """A metric."""

    def value(self, answers: Answers) -> NDArray[np.float64]:
        """What it gives, as float64 of the shape that the card states."""
        return np.asarray(plugin_metric(self.registered).compute(answers), dtype=np.float64)

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of discovering the plugin; a metric has nothing to load."""
        return discovery(self.found_again())
