"""Images a second at one batch size, and at growing ones until memory, time or the gain runs out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ferbench.execution import BatchTrial
from ferbench.pipeline.memory import memory_left_mib, peak_memory, release_memory
from ferbench.pipeline.timing import times_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import torch

    Step = Callable[[], object]

#: A throughput stands on so many steps after a warm-up of one, unless more fit into its budget.
MIN_STEPS = 2
MAX_STEPS = 200
#: Batches larger than this are a matter of training, not of evaluation.
LARGEST_BATCH = 1024
#: One batch size may take so much of the whole budget, if it is quick enough to choose.
TRIAL_SHARE = 0.05
#: A doubling that gains less than this pays nothing; so many in a row end the search.
GAIN = 0.03
IDLE_DOUBLINGS = 2
#: What torch, CUDA's libraries and ONNX Runtime write in errors of a general type when memory runs out.
_SAID = (
    "not enough memory",
    "out of memory",
    "can't allocate memory",
    "failed to allocate memory",
    "alloc_failed",
    "bad_alloc",
)


def throughput(step: Step, batch_size: int, budget_s: float) -> float:
    """Images a second of a step that handles one batch: `batch_size` / median seconds of a step after a warm-up of one.

    A step must end only when its work is done, as `Model.predict` does. At least `MIN_STEPS` are timed, and no more
    than `MAX_STEPS` or what fits into `budget_s` seconds.
    """
    deadline = time.perf_counter() + budget_s
    step()
    return 1e3 * batch_size / float(np.median(times_ms(step, MAX_STEPS, MIN_STEPS, deadline)))


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it was raised from, says that the memory of a device ran out."""
    import torch

    while error is not None:
        said = str(error).lower()
        if isinstance(error, MemoryError | torch.OutOfMemoryError):
            return True
        if isinstance(error, RuntimeError) and any(words in said for words in _SAID):
            return True
        error = error.__cause__
    return False


def tried(step_of: Callable[[int], Step], batch_size: int, budget_s: float) -> BatchTrial:
    """The throughput of a batch size with the step that `step_of(batch_size)` gives; None where memory ran out.

    Nothing is left allocated then.
    """
    try:
        return BatchTrial(batch_size=batch_size, images_per_s=throughput(step_of(batch_size), batch_size, budget_s))
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    # Out of the `except`, for the error holds the frames, and with them the tensors, that did not fit.
    release_memory()
    return BatchTrial(batch_size=batch_size, images_per_s=None)


def trials(
    step_of: Callable[[int], Step], device: torch.device, budget_s: float, largest: int = LARGEST_BATCH
) -> Iterator[BatchTrial]:
    """Batch sizes 1, 2, 4, ... up to `largest`, each tried with the step that `step_of(batch size)` gives.

    It ends where memory ran out or the next size would need more than half of what is left, where the next size would
    end after `budget_s` seconds, and where larger batches have stopped to pay.
    """
    deadline = time.perf_counter() + budget_s
    done: list[BatchTrial] = []
    while (size := 2 ** len(done)) <= largest and still_pays(done):
        with peak_memory(device) as peak:
            done.append(tried(step_of, size, TRIAL_SHARE * budget_s))
        yield done[-1]
        if not has_room(peak.grown_mib, memory_left_mib(device)) or ends_after(deadline, done[-1]):
            return


def still_pays(done: list[BatchTrial]) -> bool:
    """Whether memory lasted so far, and one of the last doublings was faster than all before it."""
    speeds = [trial.images_per_s for trial in done if trial.images_per_s is not None]
    before, last = speeds[:-IDLE_DOUBLINGS], speeds[-IDLE_DOUBLINGS:]
    return len(speeds) == len(done) and (not before or max(last) > (1 + GAIN) * max(before))


def has_room(grown_mib: float | None, left_mib: float | None) -> bool:
    """Whether the next size, which takes twice as much, leaves half of the memory free; True where nobody can say.

    Linux promises more memory than it has: a process that takes too much is killed and sees no error.
    """
    return grown_mib is None or left_mib is None or 2 * grown_mib <= left_mib / 2


def ends_after(deadline: float, trial: BatchTrial) -> bool:
    """Whether the batch size after this one cannot be tried before a deadline."""
    if trial.images_per_s is None:
        return True
    return time.perf_counter() + (1 + MIN_STEPS) * 2 * trial.batch_size / trial.images_per_s > deadline


def best_of(done: Iterable[BatchTrial]) -> BatchTrial | None:
    """The trial with the most images a second, the smaller batch of equals; None where memory was short for all."""
    return max(
        (trial for trial in done if trial.images_per_s is not None),
        key=lambda trial: (trial.images_per_s, -trial.batch_size),
        default=None,
    )
