"""FERBENCH_TRACE_PLUGINS: how loading each plugin goes, on stderr."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.plugin_manager.candidates import Candidate


@dataclass(slots=True, kw_only=True)
class Trace:
    """What happens while one plugin is loaded: steps with their milliseconds and outcome."""

    candidate: Candidate
    steps: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, step: str) -> Iterator[list[str]]:
        """Note a step; what the caller puts into the list stands behind its milliseconds."""
        outcome: list[str] = []
        started = time.perf_counter()
        try:
            yield outcome
        finally:
            milliseconds = 1000 * (time.perf_counter() - started)
            self.steps.append(" ".join([f"{step} in {milliseconds:.1f} ms", *outcome]))

    def note(self, step: str) -> None:
        """Note what takes no time."""
        self.steps.append(step)


def tell(trace: Trace) -> None:
    """One line a step. Nothing that a plugin wrote is obeyed by a terminal."""
    for step in [f"found in {trace.candidate.distribution} {trace.candidate.version}", *trace.steps]:
        line = "".join(char if char.isprintable() else repr(char)[1:-1] for char in step)
        sys.stderr.write(f"plugin {trace.candidate.name!r}: {line}\n")
