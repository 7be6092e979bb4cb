"""Process time of boards in a store of 100,000 runs on 20 test sets, of which 1,000 have predictions.

Each run has 78 scores, a cost and a record of about 12 kB, as a run of a real network has; the 1,000 with predictions
(logits of 3,068 images in 7 classes) all stand on the board that is asked for, and lead it. Run from a checkout; it
takes some minutes and 3 GB on the disk of the folder for temporary files:

    python benchmarks/board_100k_runs.py
    python benchmarks/board_100k_runs.py --runs 1000 --sets 1 --predictions 1000
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ferbench.canonical import canonical_json, finite, sha256_text  # noqa: E402
from ferbench.leaderboard import queries, schema  # noqa: E402
from ferbench.leaderboard.blobs import pack_bits, pack_outputs  # noqa: E402
from ferbench.leaderboard.documents import record_text  # noqa: E402
from ferbench.leaderboard.rows import cost_values, run_values, test_set_values  # noqa: E402
from ferbench.leaderboard.store import Leaderboard  # noqa: E402
from ferbench.results import Score, interval_record, score_record  # noqa: E402
from tests.leaderboard.building import RAFDB, build_result, build_test_set  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from ferbench.results import RunResult, TestSet

REPEATS = 5
IMAGES = 3068
SCALARS = (
    "accuracy", "uar", "top2_accuracy", "f1_macro", "f1_weighted", "cohen_kappa", "mcc", "nll", "brier", "ece",
    "ece_adaptive",
)  # fmt: skip
BY_CLASS = ("recall", "precision", "f1", "auroc")
#: Modules of a network in its cost: what a record of a real run mostly consists of.
MODULES = 150

QUERY = """
import sys, time
from ferbench.leaderboard import queries
from ferbench.leaderboard.store import Leaderboard
with Leaderboard(sys.argv[1]).database.reading() as connection:
    started = time.process_time()
    rows = connection.execute(queries.standings("rafdb")).all()
    print(1000 * (time.process_time() - started), len(rows))
"""
BOARDS = """
import sys, time
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.leaderboard.views import BoardView
leaderboard = Leaderboard(sys.argv[1])
started = time.process_time()
(board,) = boards(leaderboard, "rafdb", view=BoardView(top=int(sys.argv[2]) if len(sys.argv) > 2 else None))
print(1000 * (time.process_time() - started), len(board.ranked))
assert not board.unranked and board.ranked[0].rank == 1, board.unranked[:1]
"""


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.store or Path(folder) / "board.sqlite"
        if not path.exists():
            fill(path, asked)
        describe(path)
        measure(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--predictions", type=int, default=1000)
    parser.add_argument("--store", type=Path, help="keep the store there, or use the one that is there")
    return parser.parse_args()


def describe(path: Path) -> None:
    """What is measured."""
    leaderboard = Leaderboard(path)
    record = len(record_text(leaderboard.record_of("latest")))
    with leaderboard.database.reading() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in (schema.RUN, schema.TEST_SET, schema.SCORE, schema.PREDICTION)
        }
    rows = ", ".join(f"{count:,} in {name}" for name, count in counts.items())
    print(f"{path.stat().st_size / 2**20:,.0f} MiB; rows: {rows}; {record:,} characters a record")


def measure(path: Path) -> None:
    """Process time of fresh interpreters."""
    board = ["-m", "ferbench", "leaderboard", "--db", str(path)]
    report("an empty interpreter", ["-c", "pass"])
    report("import of SQLAlchemy", ["-c", "import sqlalchemy"])
    report("ferbench leaderboard --dataset sfew (no runs)", [*board, "--dataset", "sfew"])
    report("ferbench leaderboard --dataset rafdb", [*board, "--dataset", "rafdb"])
    report("ferbench leaderboard --dataset rafdb --json", [*board, "--dataset", "rafdb", "--json"])
    report("ferbench leaderboard", board)
    report_inside("the query of the board", ["-c", QUERY, str(path)])
    report_inside("boards(), the first 50 rows", ["-c", BOARDS, str(path), "50"])
    report_inside("boards(), all rows", ["-c", BOARDS, str(path)])


def fill(path: Path, asked: argparse.Namespace) -> None:
    """Write the runs in bulk, the data sets taking turns as they would in time."""
    leaderboard = Leaderboard(path)
    leaderboard.prepare()
    names = ["rafdb", *(f"set_{number:02d}" for number in range(1, asked.sets))]
    rng = np.random.default_rng(0)
    templates = [template(name) for name in names]
    with leaderboard.database.writing() as connection:
        ids = [connection.scalar(queries.add_test_set(), test_set_values(item.test_set)) for item in templates]
    numbers = iter(range(asked.runs))
    while batch := list(islice(numbers, 1000)):
        with leaderboard.database.writing() as connection:
            write(connection, [a_run(n, templates[n % asked.sets], ids[n % asked.sets], asked, rng) for n in batch])


def template(dataset: str) -> RunResult:
    """A run on one of the test sets, from which the others are made."""
    test_set = build_test_set(IMAGES, RAFDB, dataset=dataset)
    modules = {f"stage{number // 12}.block{number % 12}.attention.projection": 10**7 for number in range(MODULES)}
    result = build_result(0, test_set=test_set, scores=scores_of(0.5, 0))
    packages = {f"package-{number}": f"{number}.4.1" for number in range(40)}
    matrix = {"metric": "confusion_matrix", "label_mode": "strict", "rows": RAFDB, "columns": RAFDB}
    changes = {
        "cost": {**result.record["cost"], "macs_by_module": modules},
        "environment": {"python": "3.11.9", "packages": packages},
        "matrices": [{**matrix, "values": [[100.0] * 7] * 7}],
    }
    return build_result(0, test_set=test_set, scores=scores_of(0.5, 0), **changes)


def scores_of(accuracy: float, seed: int) -> tuple[Score, ...]:
    """78 scores: scalars and values by class in both label modes."""
    names = [*SCALARS[1:], *(f"{metric}/{name}" for metric in BY_CLASS for name in RAFDB)]
    other = [(name, (seed % 1000 + place) / 2000) for place, name in enumerate(names)]
    return tuple(
        Score(metric=name, value=value, n=IMAGES, label_mode=mode, low=value - 0.01, high=value + 0.01)
        for mode in ("strict", "mask")
        for name, value in [("accuracy", accuracy), *other]
    )


def a_run(
    number: int, like: RunResult, test_set_id: int, asked: argparse.Namespace, rng: np.random.Generator
) -> dict[str, Any]:
    """The rows of one run, by table."""
    run_id = str(uuid.UUID(bytes=rng.bytes(16)))
    first_set, turn = number % asked.sets == 0, number // asked.sets
    logits = logits_of(turn / asked.predictions, like.test_set, rng) if first_set and turn < asked.predictions else None
    right = None if logits is None else logits.argmax(axis=1) == labels_of(like.test_set)
    scores = scores_of(float(rng.uniform(0.2, 0.4)) if right is None else float(right.mean()), number)
    record = record_of(run_id, number, like, scores)
    text = canonical_json(record)
    modules = canonical_json(record["cost"]["macs_by_module"])
    return {
        "run": {**run_values(record), "record": text, "seal": sha256_text(text), "test_set_id": test_set_id},
        "cost": {"run_id": run_id, **cost_values(like.cost), "macs_by_module": modules},
        "scores": [{"run_id": run_id, **asdict(score)} for score in scores],
        "prediction": None if logits is None else {"run_id": run_id, "outputs": pack_outputs({"emotion": logits})},
        "correctness": None if right is None else {"run_id": run_id, "correct": pack_bits(right)},
    }


def record_of(run_id: str, number: int, like: RunResult, scores: tuple[Score, ...]) -> dict[str, Any]:
    """A record without its seal."""
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    own = {
        "run_id": run_id,
        "run_key": sha256_text(f"run {number}"),
        "created_at": at.isoformat(timespec="microseconds"),
        "model": f"model_{number % 400}",
        "weights": {**like.record["weights"], "name": f"weights_{number}", "sha256": sha256_text(f"file {number}")},
        "scores": score_record(scores),
        "intervals": interval_record(scores),
    }
    return {key: value for key, value in finite({**like.record, **own}).items() if key != "seal"}


def labels_of(test_set: TestSet) -> NDArray[np.int64]:
    """(n,) labels as places among the classes."""
    return np.array([RAFDB.index(label) for label in test_set.labels])


def logits_of(strength: float, test_set: TestSet, rng: np.random.Generator) -> NDArray[np.float32]:
    """(n, 7) logits of a network that is right in 77 % of all images at strength 0 and in 95 % at strength 1."""
    logits = rng.normal(size=(len(test_set.ids), 7)).astype(np.float32)
    logits[np.arange(len(logits)), labels_of(test_set)] += 2.2 + strength
    return logits


def write(connection: Connection, runs: Sequence[dict[str, Any]]) -> None:
    """Some runs at once."""
    connection.execute(queries.add_run(), [run["run"] for run in runs])
    connection.execute(queries.add_cost(), [run["cost"] for run in runs])
    connection.execute(queries.add_scores(), [score for run in runs for score in run["scores"]])
    for statement, name in ((queries.add_prediction(), "prediction"), (queries.add_correctness(), "correctness")):
        rows = [run[name] for run in runs if run[name]]
        if rows:
            connection.execute(statement, rows)


def report(title: str, command: list[str]) -> None:
    """User and system time of fresh interpreters."""
    show(title, [process_ms(command) for _ in range(REPEATS)])


def process_ms(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def report_inside(title: str, command: list[str]) -> None:
    """What fresh interpreters measure of themselves."""
    done = [
        subprocess.run([sys.executable, *command], check=True, cwd=ROOT, capture_output=True, text=True)  # noqa: S603
        for _ in range(REPEATS)
    ]
    show(title, [float(item.stdout.split()[0]) for item in done])


def show(title: str, milliseconds: Sequence[float]) -> None:
    best, worst = min(milliseconds), max(milliseconds)
    print(f"{title:45} median {statistics.median(milliseconds):7.0f} ms, best {best:7.0f}, worst {worst:7.0f}")


if __name__ == "__main__":
    main()
