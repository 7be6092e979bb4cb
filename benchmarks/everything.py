"""Every benchmark with a bar, one after the other, in a process each: one table, and one JSON document.

    python benchmarks/everything.py [--only engine_speed --only startup] [--out benchmarks.json]

A benchmark that fails is a row of the table, too. The exit code is 1 where a bar does not hold or a benchmark failed.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))
from ferbench.pipeline.environment import cpu_name, source_revision, version_of

#: By name: the bars of speed first, those that take long last.
BENCHMARKS = (
    *("startup", "rerun_and_score", "harness_overhead", "discovery_200", "memory_300k"),
    *("engine_speed", "guarded_flips", "fault_drill"),
)
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a benchmark said: its rows, or how it failed."""

    benchmark: str
    seconds: float
    rows: list[dict[str, Any]]
    failure: str = ""


def outcome_of(name: str, folder: Path) -> Outcome:
    """Run a benchmark; what it prints is shown."""
    path, started = folder / f"{name}.json", time.perf_counter()
    done = subprocess.run([sys.executable, FOLDER / f"{name}.py", "--json", path], check=False)  # noqa: S603 - our own
    seconds = time.perf_counter() - started
    if done.returncode or not path.exists():
        return Outcome(benchmark=name, seconds=seconds, rows=[], failure=f"ended with {done.returncode}")
    return Outcome(benchmark=name, seconds=seconds, rows=json.loads(path.read_text(encoding="utf-8")))


def table_of(outcomes: list[Outcome]) -> Table:
    """All rows, the bar beside each number."""
    table = Table("benchmark", "what", "measured", "asked", "holds", title="Benchmarks")
    for outcome in outcomes:
        for row in outcome.rows:
            asked, verdict = row["asked"], "yes" if row["holds"] else "[red]NO[/red]"
            table.add_row(
                outcome.benchmark, row["what"], f"{row['value']:.4g} {row['unit']}", asked, verdict if asked else ""
            )
        if outcome.failure:
            table.add_row(outcome.benchmark, outcome.failure, "", "", "[red]NO[/red]")
    return table


def document_of(outcomes: list[Outcome]) -> dict[str, Any]:
    """All rows, and where they were measured."""
    return {
        "machine": {"cpu_name": cpu_name(), "platform": platform.platform(), "source": source_revision()},
        "packages": {name: version_of(name) for name in ("ferbench", "torch", "numpy", "onnxruntime")},
        "benchmarks": {
            outcome.benchmark: {"seconds": outcome.seconds, "failure": outcome.failure, "rows": outcome.rows}
            for outcome in outcomes
        },
    }


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=BENCHMARKS)
    parser.add_argument("--out", type=Path, default=Path("benchmarks.json"))
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="ferbench-bench-") as folder:
        outcomes = [outcome_of(name, Path(folder)) for name in arguments.only or BENCHMARKS]
    arguments.out.write_text(json.dumps(document_of(outcomes), indent=1), encoding="utf-8")
    Console().print(table_of(outcomes))
    good = all(not outcome.failure and all(row["holds"] for row in outcome.rows) for outcome in outcomes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
