"""--workers auto: as many threads as read pictures no slower than the model answers."""

from __future__ import annotations

import math
import os
import time
from typing import TYPE_CHECKING, TypeVar

from ferbench.execution import USUAL_BATCH_SIZE, USUAL_WORKERS
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.plugin_calls import one_pass

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan

T = TypeVar("T")
#: Reading must be so much faster than the model: pictures differ, and threads get in each other's way.
MARGIN = 1.25


def fitting_workers(plan: Plan, model: PluginModel) -> int:
    """Threads that keep up with a model, by the first pictures of a run: at most one a processor.

    One thread reads a batch (the usual one, if the run's is larger), the model answers it; each has done the same with
    a single picture before. So many threads are needed as reading takes longer, and a quarter more.

    Raises:
        PluginError: a plugin's code raised.
    """
    rows = plan.rows[: min(plan.conduct.batch_size, USUAL_BATCH_SIZE)]
    answers = AnswersOf(model, plan.conduct.batch_size)
    with one_pass(plan.model, f"The threads that read {plan.spec.dataset} were to be counted."):
        first = read_batch(plan.opened, rows[:1], plan.reading, 0)
        batch, reading_s = timed(lambda: read_batch(plan.opened, rows, plan.reading, 0))
        if not (first.answered and batch.answered):
            return USUAL_WORKERS
        answers(first.views)
        _, answering_s = timed(lambda: answers(batch.views))
    return enough(reading_s, answering_s, processors())


def enough(reading_s: float, answering_s: float, most: int) -> int:
    """Threads for a batch that one of them reads in so many seconds, and a model answers in so many others."""
    return max(1, min(most, math.ceil(MARGIN * reading_s / answering_s)))


def timed(step: Callable[[], T]) -> tuple[T, float]:
    """What a step gives, and its seconds."""
    started = time.perf_counter()
    return step(), time.perf_counter() - started


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
