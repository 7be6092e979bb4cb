"""`--precision guarded` against float32, image by image: flips, what is computed again, and what it gains.

    python benchmarks/guarded_flips.py [--images 3000] [--models tiny_cnn poster_v2 poster apvit] [--json FILE]

Drawn faces of the test split, and the three reference models with a last layer fitted to the training split (see
fitted_models.py), so that they answer with most classes. All else in them is random, and what tells two faces apart is
hardly larger than what bfloat16 rounds away: they are the hardest case. Beside them tiny_cnn, which is trained.

Plain float32 by the network's own code and the guarded run take turns at blocks of 200 images, pictures and all; speed
is the ratio of the medians of their seconds, with the seconds of the calibration shared out among the blocks of the
guarded run. The flips of the bare fast precision are those of the answers that the guarded run had before it looked
again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bars import Bar, report
from benchmarks.fitted_models import REFERENCE_MODELS, write_fitted
from ferbench.config import Settings
from ferbench.pipeline.engine.guarded import RECOMPUTED, Guarded
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import silent
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ferbench.pipeline.answering import AnswersOf
    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.resolve import Plan

BLOCK = 200
CLASSES = "affectnet8"


@dataclass(slots=True)
class Heard:
    """The answers of the fast model, as they are, and as they were."""

    fast: AnswersOf
    said: list[NDArray[np.float32]] = field(default_factory=list)

    def expect(self, views: NDArray[np.uint8]) -> None:
        """As the fast model."""
        self.fast.expect(views)

    def __call__(self, views: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        """As the fast model."""
        answers = self.fast(views)
        self.said.append(answers["emotion"].copy())
        return answers


@dataclass(slots=True)
class Turns:
    """Seconds of the blocks, and the classes of all images: in float32, guarded, and in the fast precision alone."""

    plain_s: list[float] = field(default_factory=list)
    guarded_s: list[float] = field(default_factory=list)
    plain: list[NDArray[np.float32]] = field(default_factory=list)
    guarded: list[NDArray[np.float32]] = field(default_factory=list)
    again: list[NDArray[np.float32]] = field(default_factory=list)
    fast: list[NDArray[np.float32]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def main() -> None:
    """Measure every model, print the bars so far, and write them."""
    parser = argparse.ArgumentParser(description="Guarded runs against float32.")
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--models", nargs="+", default=("tiny_cnn", *REFERENCE_MODELS))
    parser.add_argument("--engine", choices=["eager", "compile"], default="compile")
    parser.add_argument("--fitted-to", type=int, default=1500, help="Drawn faces that the last layers are fitted to.")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    bars: list[Bar] = []
    for model in asked.models:
        with tempfile.TemporaryDirectory() as folder, plain_float32(None):
            checkpoint = Path(folder) / "fitted.pth" if model in REFERENCE_MODELS else None
            if checkpoint is not None:
                write_fitted(model, checkpoint, asked.fitted_to)
            bars += measured(model, checkpoint, asked.images, asked.engine)
            report(bars, asked.json)


def measured(model: str, checkpoint: Path | None, images: int, engine: str) -> list[Bar]:
    """The bars of one model."""
    plain, guarded = (plan_of(model, checkpoint, images, *how) for how in (("eager", "fp32"), (engine, "guarded")))
    loaded = load(plain)
    reference = started(plain, loaded, None)
    begun = time.perf_counter()
    running = started(guarded, loaded, None)
    ready_s = time.perf_counter() - begun - (running.compilation.seconds if running.compilation else 0)
    return bars_of(model, running, take_turns(reference, running), ready_s)


def plan_of(model: str, checkpoint: Path | None, images: int, engine: str, precision: str) -> Plan:
    """The plan of a run on drawn faces of the test split."""
    spec = RunSpec(
        model=model,
        dataset="synthetic",
        weights=None if checkpoint is None else str(checkpoint),
        class_order=CLASSES,
        limit=images,
        device="cpu",
        engine=engine,
        precision=precision,
    )
    return resolve(spec, build_catalog(), Settings())


def take_turns(reference: Running, running: Running) -> Turns:
    """Both runs, block by block; the first block of each warms up and counts for the answers alone."""
    turns = Turns()
    assert isinstance(running.answering, Guarded)
    heard = Heard(running.answering.fast)
    guarded = replace(running.answering, fast=heard)
    rows = reference.plan.rows
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        for plan, answering, seconds, outputs in (
            (reference.plan, reference.answering, turns.plain_s, turns.plain),
            (running.plan, guarded, turns.guarded_s, turns.guarded),
        ):
            done = predict(replace(plan, rows=block), answering, silent)
            seconds.append(done.seconds / len(block))
            outputs.append(done.predictions.emotion)
        turns.again.append(done.predictions.outputs[RECOMPUTED])
        turns.labels += done.predictions.labels
        print(
            f"{start + len(block)} images: {turns.plain_s[-1]:.3f} s plain, {turns.guarded_s[-1]:.3f} s guarded",
            flush=True,
        )
    turns.fast = heard.said
    return turns


def bars_of(model: str, running: Running, turns: Turns, ready_s: float) -> list[Bar]:
    """What came out."""
    classes = {name: np.concatenate(getattr(turns, name)).argmax(axis=1) for name in ("plain", "guarded", "fast")}
    n, calibration = len(turns.labels), running.calibration
    assert calibration is not None
    right = np.array(turns.labels) == np.array(running.plan.classes)[classes["plain"]]
    plain_s, guarded_s = (float(np.median(times[1:] or times)) for times in (turns.plain_s, turns.guarded_s))
    again = 100 * float(np.concatenate(turns.again).mean())
    how = f"{n} images, {running.plan.conduct.engine}, {calibration.fast}"
    bound = f"margins up to {calibration.bound:.3g}, from {calibration.sample} images"
    return [
        Bar(what=f"{model}: classes answered", value=len(np.unique(classes["plain"])), unit="classes", at_least=6),
        Bar(what=f"{model}: accuracy in float32", value=100 * float(right.mean()), unit="%", note="chance is 12.5 %"),
        Bar(what=f"{model}: flips, guarded", value=flips(classes, "guarded"), unit="images", at_most=0, note=how),
        Bar(what=f"{model}: flips, {calibration.fast} alone", value=flips(classes, "fast"), unit="images", note=how),
        Bar(what=f"{model}: computed again in float32", value=again, unit="%", note=bound),
        Bar(
            what=f"{model}: speed of guarded",
            value=plain_s / (guarded_s + ready_s / n),
            unit="x plain",
            at_least=3 if model == "poster_v2" else None,
            note=how,
        ),
    ]


def flips(classes: Mapping[str, NDArray[np.int64]], name: str) -> int:
    """Images with another class than in float32."""
    return int((classes[name] != classes["plain"]).sum())


if __name__ == "__main__":
    main()
