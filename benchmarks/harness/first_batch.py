"""From "everything is imported" to the first batch that is answered, each in a process of its own.

    python -m benchmarks.harness.first_batch SPECIFICATION MODULE...

The specification is that of a run, as JSON. Finding plugins, opening the data, reading the checkpoint, building and
loading the network, and reading the first pictures are in the time; importing the modules is not.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar
from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.spec import RunSpec

#: Seconds that it may take.
ALLOWED = 1.5
_ROOT = Path(__file__).parents[2]


def first_batch(title: str, spec: dict[str, Any], modules: tuple[str, ...], repeats: int, note: str) -> Bar:
    """The median over some processes."""
    seconds = [in_process(spec, modules) for _ in range(repeats)]
    return Bar(
        what=f"first batch answered after imports, {title}",
        value=statistics.median(seconds),
        unit="s",
        at_most=ALLOWED,
        note=f"{note}; {repeats} processes from {min(seconds):.2f} to {max(seconds):.2f}",
    )


def in_process(spec: dict[str, Any], modules: tuple[str, ...]) -> float:
    """Seconds in a new process."""
    command = [sys.executable, "-m", "benchmarks.harness.first_batch", json.dumps(spec), *modules]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    return float(done.stdout)


def main(spec: dict[str, Any], modules: list[str]) -> None:
    """Run until the first batch is answered, and say how long that took."""
    for module in ("torch", "PIL.Image", *modules):
        importlib.import_module(module)
    started = time.perf_counter()

    def answered(*_: int) -> None:
        # Not by print: what is printed while plugins run goes to stderr.
        os.write(1, str(time.perf_counter() - started).encode())
        # Nothing that comes after it is of interest.
        os._exit(0)

    evaluate(RunSpec(**spec), settings=Settings(), progress=answered)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
