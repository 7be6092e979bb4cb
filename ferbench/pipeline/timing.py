"""How long a step takes, and how much memory was needed."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from numpy.typing import NDArray

#: So many repeats are timed even when the budget is spent: a single one would be its own 95th percentile.
MIN_REPEATS = 3
#: Warming up may take so much of the budget.
WARM_UP_SHARE = 0.25
MIB = 2**20


def latency_ms(step: Callable[[], object], warm_up: int, repeats: int, budget_s: float) -> tuple[float, float]:
    """Median and 95th percentile of the milliseconds that `step` takes, over the repeats of `step_times_ms`."""
    p50, p95 = np.percentile(step_times_ms(step, warm_up, repeats, budget_s), (50, 95))
    return float(p50), float(p95)


def step_times_ms(step: Callable[[], object], warm_up: int, repeats: int, budget_s: float) -> NDArray[np.float64]:
    """(n,) milliseconds of n single steps after a warm-up, in order; n is `repeats`, or what the budget allows.

    A step must end only when its work is done: on a GPU it synchronises. Within `budget_s` seconds as many repeats are
    made as fit, but at least 1 warm-up (if any is asked for) and `MIN_REPEATS`.
    """
    start = time.perf_counter()
    _times_s(step, warm_up, 1, start + WARM_UP_SHARE * budget_s)
    return np.array(_times_s(step, repeats, MIN_REPEATS, start + budget_s)) * 1e3


def _times_s(step: Callable[[], object], most: int, least: int, deadline: float) -> list[float]:
    times: list[float] = []
    while len(times) < most and (len(times) < least or time.perf_counter() < deadline):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return times


def peak_memory_mib(device: torch.device) -> float | None:
    """Peak memory in MiB; None where it cannot be asked for.

    CUDA: most memory that tensors took since the start or `torch.cuda.reset_peak_memory_stats`. CPU: peak resident set
    of this whole process since its start: Python, torch, images and all, not of a network alone.
    """
    if device.type == "cuda":
        import torch

        return float(torch.cuda.max_memory_allocated(device) / MIB)
    return _peak_resident_mib() if device.type == "cpu" else None


def _peak_resident_mib() -> float | None:
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":
        # Not ru_maxrss, which starts at the peak of the process that started this one.
        found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text("utf-8"), re.MULTILINE)
        return int(found[1]) / 1024 if found else None
    import resource

    # Bytes on macOS, KiB on the BSDs.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (MIB if sys.platform == "darwin" else 1024)
