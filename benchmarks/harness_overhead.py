"""What ferbench costs beside the model.

    python benchmarks/harness_overhead.py [--images 128] [--pairs 5] [--json FILE]

Three questions, on drawn files of the size of RAF-DB's 3,068 test images: what the whole pass with all scores takes
against a plain loop with the same model, batch and threads (`harness/plain_loop.py`); what the pass adds to decoding
and preprocessing with a model that does nothing (`harness/idle_model.py`); how soon the first batch is answered
(`harness/first_batch.py`). Probes and the measurement of cost are the harness' alone, and in none of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import report
from benchmarks.harness.first_batch import first_batch
from benchmarks.harness.idle_model import overhead
from benchmarks.harness.plain_loop import compare
from ferbench.pipeline.load import build
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RANDOM_WEIGHTS, RunSpec
from tests.drawing import RAFDB_COUNTS, rafdb_official

if TYPE_CHECKING:
    from benchmarks.bars import Bar


def first_batches(folder: Path, rafdb: Path, repeats: int) -> list[Bar]:
    """Of the model that comes with ferbench, and of POSTER V2 with a checkpoint of full size."""
    checkpoint = folder / "poster_v2.pth"
    network = build(build_catalog().models.get("poster_v2"), 7, {}, seed=0)
    torch.save({"state_dict": network.state_dict()}, checkpoint)
    tiny = {"model": "tiny_cnn", "dataset": "synthetic", "threads": 2}
    poster = {
        "model": "poster_v2",
        "dataset": "rafdb",
        "data_root": str(rafdb),
        "weights": str(checkpoint),
        "threads": 2,
    }
    size = f"checkpoint of {checkpoint.stat().st_size / 2**20:.0f} MiB, a batch of 1"
    return [
        first_batch("tiny_cnn", tiny, (), repeats, "a batch of 32"),
        first_batch("POSTER V2", {**poster, "batch_size": 1}, ("ferbench_poster_v2.network",), repeats, size),
    ]


def main() -> None:
    """Ask all three questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=128, help="images for POSTER V2 against the plain loop")
    parser.add_argument("--pairs", type=int, default=5, help="four times as many for a model that does nothing")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, rafdb = Path(name), Path(name) / "rafdb"
        rafdb_official(rafdb, {"test": RAFDB_COUNTS["test"]})
        poster = RunSpec(
            model="poster_v2",
            dataset="rafdb",
            data_root=str(rafdb),
            weights=RANDOM_WEIGHTS,
            limit=arguments.images,
            threads=2,
        )
        tiny = RunSpec(model="tiny_cnn", dataset="synthetic", threads=2)
        bars = [
            *overhead(folder, rafdb, arguments.pairs),
            *first_batches(folder, rafdb, arguments.pairs),
            compare("tiny_cnn", tiny, arguments.pairs),
            compare("POSTER V2", poster, arguments.pairs),
        ]
    report(bars, arguments.json)


if __name__ == "__main__":
    main()
