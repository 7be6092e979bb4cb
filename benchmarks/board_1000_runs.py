"""Process time of a board over 1,000 runs: `boards()` and `python -m ferbench leaderboard`, in fresh interpreters.

Each run has 120 scores, a record of about 12 kB and the logits of 3,068 images in 7 classes. Run from a checkout:

    python benchmarks/board_1000_runs.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ferbench.leaderboard.blobs import strictly_correct  # noqa: E402
from ferbench.leaderboard.documents import record_text  # noqa: E402
from ferbench.leaderboard.store import Leaderboard  # noqa: E402
from ferbench.results import Score  # noqa: E402
from tests.leaderboard.building import RAFDB, build_predictions, build_result, build_test_set  # noqa: E402

if TYPE_CHECKING:
    from ferbench.results import TestSet

RUNS = 1000
REPEATS = 7
SCALARS = ("accuracy", "uar", "f1_macro", "f1_weighted", "kappa", "mcc", "top2", "ece", "brier", "nll", "auroc", "aurc")
BY_CLASS = ("recall", "precision", "f1", "specificity", "auroc", "support")
RECORD_BYTES = 12_000

CALL_BOARDS = """
import sys
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
rows = boards(Leaderboard(sys.argv[1]))[0].ranked
assert len(rows) == int(sys.argv[2]) and all(row.group for row in rows)
"""


def accuracy_of(seed: int, test_set: TestSet) -> float:
    """What the answers of a run give: rows whose bits say something else have no significance group."""
    return float(strictly_correct(build_predictions(seed, test_set, RAFDB, {}, {})).mean())


def scores_of(seed: int, accuracy: float) -> tuple[Score, ...]:
    """120 scores: scalars and values by class in both label modes, and accuracy by slice."""
    names = [*SCALARS, *(f"{metric}/{name}" for metric in BY_CLASS for name in RAFDB)]
    rows = [
        Score(metric=name, value=value, n=3068, label_mode=mode, low=0.1, high=0.9)
        for mode in ("strict", "mask")
        for name, value in zip(
            names, [accuracy, *((seed + index) / 2000 for index in range(1, len(names)))], strict=True
        )
    ]
    slices = [f"age={index}" for index in range(120 - len(rows))]
    return (*rows, *(Score(metric="accuracy", value=0.5, n=9, label_mode="strict", slice=name) for name in slices))


def fill(path: Path) -> float:
    """Record the runs; gives the seconds of one `record`."""
    board, test_set = Leaderboard(path), build_test_set(3068, RAFDB)
    board.prepare()
    seconds = 0.0
    smallest = build_result(0, test_set=test_set, scores=scores_of(0, 0.5))
    padding = "x" * (RECORD_BYTES - len(record_text(smallest.record)))
    for seed in range(RUNS):
        scores = scores_of(seed, accuracy_of(seed, test_set))
        result = build_result(seed, test_set=test_set, scores=scores, environment={"notes": padding})
        started = time.perf_counter()
        board.record(result)
        seconds += time.perf_counter() - started
    return seconds / RUNS


def process_seconds(arguments: list[str]) -> float:
    """User and system time of one fresh interpreter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(title: str, arguments: list[str]) -> None:
    seconds = sorted(process_seconds(arguments) for _ in range(REPEATS))
    print(f"{title}: median {statistics.median(seconds):.3f} s, best {seconds[0]:.3f} s, worst {seconds[-1]:.3f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.sqlite"
        print(f"record: {1000 * fill(path):.1f} ms a run")
        board = Leaderboard(path)
        length = len(record_text(board.record_of("latest")))
        print(f"{RUNS} runs, {path.stat().st_size / 2**20:.0f} MiB, a record of {length} characters")
        report("an empty interpreter", ["-c", "pass"])
        report("import of SQLAlchemy", ["-c", "import sqlalchemy"])
        report("boards()", ["-c", CALL_BOARDS, str(path), str(RUNS)])
        report("ferbench --help", ["-m", "ferbench", "--help"])
        report("ferbench leaderboard", ["-m", "ferbench", "leaderboard", "--db", str(path)])


if __name__ == "__main__":
    main()
