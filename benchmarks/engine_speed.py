"""`--engine compile` against the loop of the official repositories, on JPEG files, in one process, in turns.

    python benchmarks/engine_speed.py [--images 256] [--models poster_v2 poster apvit] [--rounds 3] [--json FILE]

RAF-DB-sized pictures, drawn, in class folders; recipe weights; batches of 32; two threads. The plain loop is
`engines/official_loop.py`, which decodes in the process that computes (`--plain-workers N` gives it processes for
that, beside the two threads). ferbench makes its own pass over the same files, with content hashes, checks and one
thread that reads ahead. Speeds are medians of the ratios of the rounds; the first round warms up and counts for the
answers alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import Bar, report
from benchmarks.engines.ceilings import ceilings
from benchmarks.engines.official_loop import OfficialLoop
from benchmarks.engines.second_process import second_process
from ferbench.config import Settings
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import build, load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import silent
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.drawing import RAFDB_COUNTS, rafdb_folders
from tests.golden.recipe import fill_state_dict

if TYPE_CHECKING:
    from ferbench.execution import Precision
    from ferbench.pipeline.engine.running import Running

#: How many times as fast as the plain loop, by model and precision.
ASKED: dict[tuple[str, Precision], float] = {
    ("poster_v2", "fp32"): 1.5,
    ("poster_v2", "bf16"): 4.5,
    ("poster", "fp32"): 1.3,
    ("apvit", "fp32"): 1.3,
}
#: Difference of a logit, relative to the largest of its image where that is above 1; seconds of a second process.
LARGEST_DIFFERENCE, READY_S = 1e-5, 15.0
BATCH_SIZE, THREADS = 32, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Seconds of the rounds, and (n, K) logits by image, of the plain loop and of ferbench by precision."""

    seconds: dict[str, list[float]]
    logits: dict[str, np.ndarray]

    def faster(self, precision: str) -> float:
        """Median over the rounds of how many times as fast as the plain loop a precision is."""
        pairs = zip(self.seconds["plain"], self.seconds[precision], strict=True)
        return statistics.median(plain / ours for plain, ours in pairs)

    def images_per_s(self, which: str) -> float:
        """Images a second, from the median over the rounds."""
        return len(self.logits[which]) / statistics.median(self.seconds[which])


def main() -> None:
    """Measure the models one after the other, and print and write all that is known after each."""
    parser = argparse.ArgumentParser(description="The engine compile against the official loop.")
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--models", nargs="+", default=("poster_v2", "poster", "apvit"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plain-workers", type=int, default=0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(THREADS)
    bars = ceilings()
    for model in asked.models:
        with tempfile.TemporaryDirectory() as folder:
            bars += bars_of(model, Path(folder), asked.images, asked.rounds, asked.plain_workers)
        report(bars, asked.json)


def bars_of(model: str, folder: Path, images: int, rounds: int, workers: int) -> list[Bar]:
    """All of a model."""
    rafdb_folders(folder / "rafdb", {"test": counts_of(images)})
    network = build(build_catalog().models.get(model), 7, {}, seed=0)
    fill_state_dict(network.state_dict())
    torch.save({"state_dict": network.state_dict()}, folder / "weights.pth")
    spec = RunSpec(
        model=model,
        dataset="rafdb",
        data_root=str(folder / "rafdb"),
        weights=str(folder / "weights.pth"),
        threads=THREADS,
        batch_size=BATCH_SIZE,
        device="cpu",
        engine="compile",
        workers=1,
    )
    runs, turns = take_turns(spec, folder, rounds, workers)
    ready_s, again = second_process(spec, folder / "home")
    first = runs["fp32"].compilation
    note = f"compiling took {first.seconds if first else 0:.1f} s; what was kept was {again.get('artifact')}"
    return [
        *(bar for precision in runs for bar in compared(model, precision, turns)),
        Bar(what=f"{model}: a second process is ready", value=ready_s, unit="s", at_most=READY_S, note=note),
    ]


def counts_of(images: int) -> dict[str, int]:
    """So many images, at least 16, among the classes as in the official test set."""
    official = RAFDB_COUNTS["test"]
    counts = {name: max(1, images * count // sum(official.values())) for name, count in official.items()}
    return counts | {"happiness": counts["happiness"] + images - sum(counts.values())}


def take_turns(spec: RunSpec, folder: Path, rounds: int, workers: int) -> tuple[dict[Precision, Running], Turns]:
    """The plain loop and ferbench in every precision that is asked about, round by round."""
    plan = resolve(spec, build_catalog(), Settings())
    loop = OfficialLoop(folder / "rafdb" / "test", plan.preprocess, BATCH_SIZE, workers)
    place = {name: position for position, name in enumerate(loop.ids)}
    with plain_float32(THREADS):
        loaded = load(plan)
        network = loaded.model.module
        assert network is not None
        runs = {
            precision: started(
                resolve(replace(spec, precision=precision), build_catalog(), Settings()), loaded, folder / "home"
            )
            for model, precision in ASKED
            if model == spec.model
        }
        turns = Turns(seconds={name: [] for name in ("plain", *runs)}, logits={})
        for _ in range(rounds + 1):
            seconds, turns.logits["plain"] = loop(network)
            turns.seconds["plain"].append(seconds)
            for precision, running in runs.items():
                done = predict(running.plan, running.answering, silent)
                turns.seconds[precision].append(done.seconds)
                order = np.argsort([place[name] for name in done.predictions.ids])
                turns.logits[precision] = done.predictions.emotion[order]
    for seconds_of in turns.seconds.values():
        del seconds_of[0]
    return runs, turns


def compared(model: str, precision: Precision, turns: Turns) -> list[Bar]:
    """Speed, and how far the answers are from those of the plain loop."""
    plain, ours = turns.logits["plain"], turns.logits[precision]
    difference = np.abs(ours - plain) / np.maximum(1, np.abs(plain).max(axis=1, keepdims=True))
    flips = int((ours.argmax(1) != plain.argmax(1)).sum())
    rates = f"{turns.images_per_s(precision):.2f} and {turns.images_per_s('plain'):.2f} images/s"
    rounds = ", ".join(f"{a / b:.2f}" for a, b in zip(turns.seconds["plain"], turns.seconds[precision], strict=True))
    return [
        Bar(
            what=f"{model}: {precision} against the plain loop",
            value=turns.faster(precision),
            unit="x as fast",
            at_least=ASKED[model, precision],
            note=f"{rates} on {len(plain)} images; rounds: {rounds}",
        ),
        Bar(
            what=f"{model}: largest logit difference in {precision}",
            value=float(difference.max()),
            unit="of max(1, largest logit)",
            at_most=LARGEST_DIFFERENCE if precision == "fp32" else None,
            note=f"{flips} flips",
        ),
    ]


if __name__ == "__main__":
    main()
