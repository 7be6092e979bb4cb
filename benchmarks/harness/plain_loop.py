"""The pass over the images and all scores against the loop that a researcher writes, in pairs, in one process."""

from __future__ import annotations

import io
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from benchmarks.bars import Bar
from ferbench.config import Settings
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import silent
from ferbench.pipeline.score import score
from ferbench.plugin_manager import build_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan
    from ferbench.spec import RunSpec


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


def compare(title: str, spec: RunSpec, pairs: int) -> Bar:
    """Time both in turns; the accuracies must be the same."""
    plan = resolve(spec, build_catalog(), Settings())
    with plain_float32(spec.threads):
        loaded = load(plan)
        network = loaded.model.module
        if network is None:
            raise TypeError(f"{spec.model} is no torch network, and the plain loop asks one")
        timed = [
            (once(lambda: plain_loop(plan, network)), once(lambda: harness(plan, loaded))) for _ in range(pairs + 1)
        ]
    if any(plain[1] != ours[1] for plain, ours in timed):
        raise ValueError(f"{title}: the plain loop and ferbench found other accuracies")
    # The first pair warms up.
    plain_s, ours_s = ([pair[which][0] for pair in timed[1:]] for which in (0, 1))
    ratios = [ours / plain for plain, ours in zip(plain_s, ours_s, strict=True)]
    return Bar(
        what=f"pass and scores, {title}, against the plain loop",
        value=statistics.median(ratios),
        unit="x its time",
        note=f"{len(plan.rows)} images, {spec.threads} threads: {statistics.median(plain_s):.2f} s and "
        f"{statistics.median(ours_s):.2f} s; {pairs} pairs from {min(ratios):.3f} to {max(ratios):.3f}",
    )


def once(step: Callable[[], float]) -> tuple[float, float]:
    """Seconds of a step, and what it gives."""
    started = time.perf_counter()
    value = step()
    return time.perf_counter() - started, value
