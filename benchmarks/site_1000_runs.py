"""Process time of `ferbench site` for 1,000 runs, and the size of the largest page.

Each run has predictions for 500 images in 7 classes. They stand on 20 test sets, and then all on one. Run from a
checkout:

    python benchmarks/site_1000_runs.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ferbench.leaderboard.store import Leaderboard  # noqa: E402
from tests.site.building import Drawn, drawn_result  # noqa: E402

RUNS = 1000
IMAGES = 500
MODELS = 50


def fill(path: Path, sets: int) -> None:
    """Record the runs, on as many test sets."""
    board = Leaderboard(path)
    for seed in range(RUNS):
        cost = {"params_total": 10**6 * (1 + seed % 90), "macs": 10**8 * (1 + seed % 170)}
        drawn = Drawn(
            seed=seed,
            model=f"model_{seed // sets % MODELS}",
            weights=f"weights_{seed}.pth",
            dataset="rafdb" if sets == 1 else f"set_{seed % sets}",
            accuracy=0.6 + 0.3 * (seed * 7919 % RUNS) / RUNS,
            n=IMAGES,
            cost=cost,
        )
        board.record(drawn_result(drawn))


def measured(folder: Path, database: Path) -> tuple[float, dict[str, Any]]:
    """User and system seconds of the command in a fresh interpreter, and what it says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "ferbench", "site", str(folder / "out"), "--db", str(database), "--json"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, json.loads(done.stdout)


def main() -> None:
    for sets in (20, 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            fill(folder / "board.sqlite", sets)
            seconds, built = measured(folder, folder / "board.sqlite")
            largest = built["largest_page_bytes"] / 1e6
            print(f"{RUNS} runs on {sets} test sets: {seconds:.1f} s, {built['pages']} pages, largest {largest:.2f} MB")


if __name__ == "__main__":
    main()
