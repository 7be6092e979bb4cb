"""What is finished is quick: a finished pair asked for again, and metrics over stored predictions.

    python benchmarks/rerun_and_score.py [--json FILE]

1. `ferbench run` of POSTER V2 on 3,068 JPEG pictures of 100 x 100 in the official layout of RAF-DB, which is recorded
   already: wall time of the whole process. It hashes the checkpoint (a network as it is initialised, in the format of
   the official training, optimizer included) and all pictures, computes all metrics anew, and shows the run. The
   recorded run has drawn outputs instead of those of the network, which nothing in the measured process can tell.
2. 20 scalar metrics over 100 stored runs of 3,068 images in 8 classes on a set of 7, so that each is computed in both
   label modes: wall time of a process that reads the predictions from SQLite and scores them as `ferbench score` does.

Takes about two minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ferbench.config import Settings  # noqa: E402
from ferbench.execution import Execution  # noqa: E402
from ferbench.leaderboard.store import Leaderboard  # noqa: E402
from ferbench.pipeline.contents import contents  # noqa: E402
from ferbench.pipeline.cost import counted  # noqa: E402
from ferbench.pipeline.earlier import pass_again  # noqa: E402
from ferbench.pipeline.environment import environment  # noqa: E402
from ferbench.pipeline.finish import result_of, scored, test_set_of  # noqa: E402
from ferbench.pipeline.load import load, plain_float32  # noqa: E402
from ferbench.pipeline.record import Evidence  # noqa: E402
from ferbench.pipeline.run import Evaluator  # noqa: E402
from ferbench.results import Predictions  # noqa: E402
from ferbench.spec import RunSpec  # noqa: E402
from ferbench_poster_v2.network import build  # noqa: E402
from tests.drawing import RAFDB_COUNTS, rafdb_official  # noqa: E402
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result, build_test_set  # noqa: E402

sys.path.insert(0, str(ROOT / "benchmarks"))
from bars import Bar, report  # noqa: E402

if TYPE_CHECKING:
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult

REPEATS = 7
IMAGES = 3068
STORED_RUNS = 100

#: Nine scalars beside the eleven that ferbench brings.
NINE_METRICS = """\
import numpy as np
from ferbench.cards import MetricCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry
from ferbench_metrics.per_class import f1, precision, recall

def top(k):
    return lambda answers: float(answers.top_k_hits(k).mean())

def over_classes(values, mean):
    return lambda answers: float(mean(values(answers)))

def sure(answers):
    return float(answers.probabilities[answers.answered].max(axis=1).mean())

SCALARS = {
    "top3": top(3), "top4": top(4), "top5": top(5), "sure": sure,
    "recall_worst": over_classes(recall, np.min), "recall_spread": over_classes(recall, np.std),
    "f1_worst": over_classes(f1, np.min), "precision_worst": over_classes(precision, np.min),
    "precision_macro": over_classes(precision, np.mean),
}

@hookimpl
def ferbench_metrics():
    return [
        MetricEntry(card=MetricCard(name=name, title=name, direction="higher", range=(0.0, 1.0)), compute=compute)
        for name, compute in SCALARS.items()
    ]
"""

SCORE_ALL = """\
import sys
from pathlib import Path
from ferbench.audit.rescoring import rescore
from ferbench.leaderboard.store import Leaderboard
from ferbench.plugin_manager import build_catalog

leaderboard, catalog = Leaderboard(sys.argv[1]), build_catalog([Path(sys.argv[2])])
names = [item.entry.card.name for item in catalog.metrics if item.entry.card.shape == "scalar"]
scores = [score for run in leaderboard.runs() for score in rescore(leaderboard, run.run_id, catalog, metrics=names)[0]]
print(len(names), len(scores))
"""


def official_checkpoint(path: Path) -> None:
    """A network as it is initialised, saved as the official training saves its best one."""
    network = build(num_classes=7)
    tensors = {f"module.{name}": tensor for name, tensor in network.state_dict().items()}
    torch.save({"epoch": 1, "state_dict": tensors, "best_acc": torch.tensor(14.3)}, path)


def drawn_run(plan: Plan) -> RunResult:
    """The result of a run of a plan with drawn outputs, without guards and timings."""
    drawn = np.random.default_rng(0).normal(size=(len(plan.rows), len(plan.classes))).astype(np.float32)
    predictions = Predictions(
        ids=tuple(row.id for row in plan.rows),
        labels=tuple(row.label for row in plan.rows),
        classes=plan.classes,
        kind=plan.model.entry.card.output,
        outputs={"emotion": drawn},
        attributes=tuple(row.attributes for row in plan.rows),
    )
    done = pass_again(plan, predictions, contents(plan.opened, plan.rows, ()))
    (scores, matrices), _ = scored(plan, predictions)
    with plain_float32(plan.spec.threads):
        loaded = load(plan)
        cost = counted(loaded, plan.conduct, plan.preprocess)
    evidence = Evidence(
        run_id=str(uuid.uuid4()),
        created_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        weights_sha256=loaded.weights_sha256,
        loaded_percent=loaded.loaded_percent,
        predictions=predictions,
        test_set=test_set_of(plan, done),
        scores=scores,
        matrices=matrices,
        verdicts=(),
        cost=cost,
        sizes=done.sizes,
        environment=environment(str(loaded.device), cost.threads),
        seconds={},
        execution=Execution(),
    )
    return result_of(plan, evidence)


def finished_pair(folder: Path) -> list[Bar]:
    """Run a finished pair again, as people do."""
    root, checkpoint, database = folder / "rafdb", folder / "model_best.pth", folder / "finished.sqlite"
    rafdb_official(root, {"test": RAFDB_COUNTS["test"]})
    official_checkpoint(checkpoint)
    spec = RunSpec(model="poster_v2", dataset="rafdb", data_root=str(root), weights=str(checkpoint), timing=False)
    result = drawn_run(Evaluator(settings=Settings()).plan(spec))
    Leaderboard(database).record(result)
    asked = ["--model", "poster_v2", "--dataset", "rafdb", "--data-root", root, "--weights", checkpoint, "--no-timing"]
    command = [sys.executable, "-m", "ferbench", "run", *asked, "--db", database, "--json"]
    seconds = [timed(command, folder, expected=result.run_id) for _ in range(REPEATS + 1)][1:]
    size = checkpoint.stat().st_size / 2**20
    note = f"median of {REPEATS}, {min(seconds):.2f} to {max(seconds):.2f} s; checkpoint of {size:.0f} MiB"
    what = f"a finished pair of {len(result.predictions.ids):,} pictures again"
    return [Bar(what=what, value=statistics.median(seconds), unit="s", at_most=2.0, note=note)]


def timed(command: list[str | Path], folder: Path, expected: str) -> float:
    """Wall time of a process that must print the record of a run that is there already."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment_in(folder), capture_output=True, check=True, text=True)  # noqa: S603 - our own
    seconds = time.perf_counter() - started
    if json.loads(done.stdout)["run_id"] != expected or "reused: " not in done.stderr:
        raise SystemExit(f"The run was not reused:\n{done.stderr}")
    return seconds


def environment_in(folder: Path) -> dict[str, str]:
    """The variables of a process without anybody's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("FERBENCH_")}
    (folder / "ferbench.toml").touch()
    return {**own, "FERBENCH_CONFIG": str(folder / "ferbench.toml"), "FERBENCH_CACHE": str(folder / "cache")}


def stored_runs(folder: Path) -> list[Bar]:
    """Score stored runs with 20 metrics."""
    database, plugin = folder / "stored.sqlite", folder / "nine.py"
    plugin.write_text(NINE_METRICS, encoding="utf-8")
    leaderboard, images = Leaderboard(database), build_test_set(IMAGES, RAFDB)
    for seed in range(STORED_RUNS):
        classes = {"classes": AFFECTNET8, "test_set": images}
        leaderboard.record(build_result(seed, **classes, dataset_classes=RAFDB))
    command = [sys.executable, "-c", SCORE_ALL, database, plugin]
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        done = subprocess.run(command, env=environment_in(folder), capture_output=True, check=True, text=True)  # noqa: S603 - our own
        seconds.append(time.perf_counter() - started)
    metrics, scores = map(int, done.stdout.split())
    note = f"median of {REPEATS}, {min(seconds):.2f} to {max(seconds):.2f} s; {scores:,} scores with their intervals"
    what = f"{metrics} metrics over {STORED_RUNS} stored runs of {IMAGES:,} images"
    return [Bar(what=what, value=statistics.median(seconds), unit="s", at_most=5.0, note=note)]


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bars = finished_pair(Path(folder)) + stored_runs(Path(folder))
    report(bars, arguments.json)


if __name__ == "__main__":
    main()
