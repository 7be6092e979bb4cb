"""What ferbench costs over a plain loop: the same model, images, batch and threads, in pairs, in one process.

    python benchmarks/harness_overhead.py [--images 3068] [--pairs 5]

The plain loop reads, decodes, preprocesses and computes one batch after the other, then takes the argmax. The harness
does its pass over the images (with content hashes, checks and read-ahead) and all scores. Loading the model is the same
for both and left out; probes and cost measurement are the harness' alone, timed apart.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from ferbench.config import Settings
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import finish, silent
from ferbench.pipeline.score import score
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RANDOM_WEIGHTS, RunSpec
from tests.drawing import RAFDB_COUNTS, rafdb_official

if TYPE_CHECKING:
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan


def plain_loop(plan: Plan, network: torch.nn.Module) -> float:
    """Accuracy of a loop as a researcher writes it."""
    height, width = plan.preprocess.size
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (plan.preprocess.mean, plan.preprocess.std))
    right = 0
    for start in range(0, len(plan.rows), plan.conduct.batch_size):
        rows = plan.rows[start : start + plan.conduct.batch_size]
        images = [picture(plan, row).resize((width, height), Image.Resampling.BILINEAR) for row in rows]
        arrays = [torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255 for image in images]
        with torch.inference_mode():
            said = network(torch.stack([(array - mean) / std for array in arrays])).argmax(1)
        right += sum(plan.classes[index] == row.label for index, row in zip(said.tolist(), rows, strict=True))
    return right / len(plan.rows)


def picture(plan: Plan, row: object) -> Image.Image:
    """The picture of a row, in RGB."""
    source = plan.opened.read(row)  # type: ignore[arg-type]
    if isinstance(source, bytes):
        return Image.open(io.BytesIO(source)).convert("RGB")
    return Image.fromarray(source)


def harness(plan: Plan, loaded: Loaded) -> float:
    """Accuracy as ferbench finds it, with every other score."""
    done = predict(plan, AnswersOf(loaded.model, plan.conduct.batch_size), silent)
    scores, _ = score(done.predictions, plan.opened.classes, [item.entry for item in plan.metrics])
    return next(item.value for item in scores if item.metric == "accuracy")


def compare(title: str, spec: RunSpec, pairs: int) -> None:
    """Time both in turns and print the ratios."""
    plan = resolve(spec, build_catalog(), Settings())
    with plain_float32(spec.threads):
        loaded = load(plan)
        assert loaded.model.module is not None
        plain, ours = [], []
        for _ in range(pairs + 1):  # the first pair warms up
            for times, run in (
                (plain, lambda: plain_loop(plan, loaded.model.module)),
                (ours, lambda: harness(plan, loaded)),
            ):
                started = time.perf_counter()
                accuracy = run()
                times.append((time.perf_counter() - started, accuracy))
        seconds = finish(started(plan, loaded, None), silent).record["seconds"]
    assert {accuracy for _, accuracy in plain} == {accuracy for _, accuracy in ours}
    ratios = [b / a for (a, _), (b, _) in zip(plain[1:], ours[1:], strict=True)]
    print(f"{title}: {len(plan.rows)} images, batch {spec.batch_size}, {spec.threads} threads")
    print(f"  plain loop {statistics.median(a for a, _ in plain[1:]):.2f} s, ", end="")
    print(f"ferbench {statistics.median(b for b, _ in ours[1:]):.2f} s (medians of {pairs})")
    print(f"  ferbench / plain, pair by pair: median {statistics.median(ratios):.3f}, ", end="")
    print(f"from {min(ratios):.3f} to {max(ratios):.3f}")
    print(f"  apart: probes {seconds['probes']:.2f} s, cost measurement {seconds['cost']:.2f} s")


def main() -> None:
    """Compare on a small network and on the reference model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=128, help="images for POSTER V2")
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    compare("tiny_cnn on synthetic", RunSpec(model="tiny_cnn", dataset="synthetic", threads=2), arguments.pairs)
    with tempfile.TemporaryDirectory() as folder:
        rafdb_official(Path(folder), {"test": RAFDB_COUNTS["test"]})
        spec = RunSpec(
            model="poster_v2",
            dataset="rafdb",
            data_root=folder,
            weights=RANDOM_WEIGHTS,
            limit=arguments.images,
            threads=2,
        )
        compare("POSTER V2 on drawn RAF-DB", spec, arguments.pairs)


if __name__ == "__main__":
    main()
