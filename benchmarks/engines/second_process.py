"""Seconds until a process that was just started has a network ready that another one compiled.

    python -m benchmarks.engines.second_process SPECIFICATION HOME

The specification is that of a run, as JSON. Python itself, all imports, the checkpoint and the data are in the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.config import Settings
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.resolve import resolve
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from ferbench.execution import Compilation

_ROOT = Path(__file__).parents[2]


def second_process(spec: RunSpec, home: Path) -> tuple[float, dict[str, object]]:
    """Seconds of such a process, and what it says of its compilation."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.engines.second_process", json.dumps(asdict(spec)), str(home)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    return time.perf_counter() - begun, json.loads(done.stdout)


def compilation_of(spec: RunSpec, home: Path) -> Compilation | None:
    """Get a run ready, and say how it was compiled."""
    plan = resolve(spec, build_catalog(), Settings())
    with plain_float32(spec.threads):
        return started(plan, load(plan), home).compilation


if __name__ == "__main__":
    compilation = compilation_of(RunSpec(**json.loads(sys.argv[1])), Path(sys.argv[2]))
    # Not by print: what is printed while plugins run goes to stderr.
    os.write(1, json.dumps(asdict(compilation) if compilation else {}).encode())
