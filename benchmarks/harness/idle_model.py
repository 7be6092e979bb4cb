"""What the pass takes beside decoding and preprocessing, with a model that does nothing: in pairs, in one process.

Both sides run in sequence, in one thread and on the same files: read, decode, resize, normalise, answer. The bare loop
does that alone. ferbench also hashes every picture, checks what plugins give, and keeps answers, sizes and failures.
"""

from __future__ import annotations

import io
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.bars import Bar
from ferbench.config import Settings
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.collected import Collected
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.preprocess import channels_first, normalised, resize
from ferbench.pipeline.resolve import resolve
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan

#: Microseconds an image that the harness may take.
ALLOWED = 20
#: Pairs for each of the pairs that are asked for: what is looked for is a thirtieth of what is timed.
PAIRS_FOR_ONE = 4

PLUGIN = """\
import numpy as np

from ferbench.cards import IMAGENET_MEAN, IMAGENET_STD, ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry


class Idle:
    module = None

    def __init__(self, num_classes):
        self.num_classes = num_classes

    def predict(self, batch):
        return {"emotion": np.zeros((len(batch), self.num_classes), np.float32)}


@hookimpl
def ferbench_models():
    card = ModelCard(name="idle", summary="Says nothing about everything", paper=None, code=None, code_licence=None,
                     classes=("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"),
                     self_contained=True,
                     preprocess=Preprocess(size=(224, 224), mean=IMAGENET_MEAN, std=IMAGENET_STD, expects="any"))
    return [ModelEntry(card=card, open=lambda path, classes, preprocess: Idle(len(classes)))]
"""


def bare_loop(plan: Plan, model: PluginModel) -> None:
    """Everything that has to be done, and nothing else."""
    for start in range(0, len(plan.rows), plan.conduct.batch_size):
        rows = plan.rows[start : start + plan.conduct.batch_size]
        together = np.empty((len(rows), 3, *plan.preprocess.size), np.uint8)
        for place, row in zip(together, rows, strict=True):
            with Image.open(io.BytesIO(row.source.read_bytes())) as image:
                pixels = np.array(image.convert("RGB"))
            place[...] = channels_first(plan.preprocess, resize(plan.preprocess, pixels))
        model.model.predict(normalised(plan.preprocess, together))


def harness(plan: Plan, model: PluginModel) -> None:
    """The pass of `ferbench.pipeline.predict`, without its reading threads: in them the work would be the same."""
    answering, collected = AnswersOf(model, plan.conduct.batch_size), Collected(n=len(plan.rows))
    for start in range(0, len(plan.rows), plan.conduct.batch_size):
        rows = plan.rows[start : start + plan.conduct.batch_size]
        batch = read_batch(plan.opened, rows, plan.reading, start)
        collected.add(batch, answering(batch.views))


def overhead(folder: Path, rafdb: Path, pairs: int) -> list[Bar]:
    """Microseconds an image that the harness adds, by the clock and of the processor; the first pair warms up."""
    pairs *= PAIRS_FOR_ONE
    plugin = folder / "idle_plugin.py"
    plugin.write_text(PLUGIN, encoding="utf-8")
    spec = RunSpec(model="idle", dataset="rafdb", data_root=str(rafdb), threads=1)
    plan = resolve(spec, build_catalog([plugin]), Settings())
    with plain_float32(1):
        model = load(plan).model
        timed = [(once(lambda: bare_loop(plan, model)), once(lambda: harness(plan, model))) for _ in range(pairs + 1)]
    bars = []
    for which, named in enumerate(("", " (processor time)")):
        bare, ours = ([1e6 * pair[side][which] / len(plan.rows) for pair in timed[1:]] for side in (0, 1))
        added = [after - before for before, after in zip(bare, ours, strict=True)]
        note = f"{len(plan.rows)} images in sequence, {statistics.median(bare):.0f} us bare; {pairs} pairs from "
        bars.append(
            Bar(
                what=f"harness with a model that does nothing{named}",
                value=statistics.median(added),
                unit="us an image",
                at_most=ALLOWED,
                note=f"{note}{min(added):.1f} to {max(added):.1f}",
            )
        )
    return bars


def once(step: Callable[[], None]) -> tuple[float, float]:
    """Seconds of a step, by the clock and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - wall, time.process_time() - processor
