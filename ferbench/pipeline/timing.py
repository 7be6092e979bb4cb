"""How long a step takes, how sure that is, and until when a step only warms up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from numpy.typing import NDArray

    Step = Callable[[], object]
    #: Milliseconds of one step.
    Stopwatch = Callable[[Step], float]

#: So many repeats are timed even when the budget is spent: fewer give no 95 % interval of their median.
MIN_REPEATS = 6
#: Warming up may take so much of the budget.
WARM_UP_SHARE = 0.25
#: A warm-up is over when the median of so many steps is no longer this much lower than that of as many before.
WARM_UP_WINDOW = 3
STILL_WARMING = 0.05
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Median and 95th percentile of a step in milliseconds over so many repeats, and the noise of the median.

    `noise_percent` is as `median_noise_percent` gives it.
    """

    p50: float
    p95: float
    noise_percent: float | None
    repeats: int


def latency(step: Step, warm_up: int, repeats: int, budget_s: float, stopwatch: Stopwatch | None = None) -> Latency:
    """The latency of a step, over the repeats of `step_times_ms`."""
    times = step_times_ms(step, warm_up, repeats, budget_s, stopwatch)
    p50, p95 = np.percentile(times, (50, 95))
    return Latency(p50=float(p50), p95=float(p95), noise_percent=median_noise_percent(times), repeats=len(times))


def median_noise_percent(times: NDArray[np.float64]) -> float | None:
    """Half the width of a 95 % confidence interval of the median, in percent of the median; None below six repeats.

    With n times in ascending order, the interval reaches from x(k) to x(n + 1 - k), k being the largest rank with

        2 * P(B < k) <= 0.05,    B binomial with n trials of probability 1/2

    so it supposes nothing about how times are distributed, and little of what one slow step does to a mean
    (David and Nagaraja 2003, "Order Statistics", 3rd edition, section 7.1). Repeats are taken as independent: a machine
    that is busy all the while makes the time itself wrong, which no repeat shows.

    >>> median_noise_percent(np.array([98.0, 99.0, 100.0, 100.0, 101.0, 102.0]))
    2.0
    """
    n, ordered = len(times), np.sort(times)
    # P(B < k + 1) for k = 0, 1, ...: the ranks that the confidence leaves outside on either side.
    below = np.cumsum([comb(n, count) / 2**n for count in range(n // 2)])
    rank = int((2 * below <= 1 - CONFIDENCE).sum())
    if rank == 0:
        return None
    return float(50 * (ordered[n - rank] - ordered[rank - 1]) / np.median(ordered))


def step_times_ms(
    step: Step, warm_up: int, repeats: int, budget_s: float, stopwatch: Stopwatch | None = None
) -> NDArray[np.float64]:
    """(n,) milliseconds of n single steps after a warm-up, in order; n is `repeats`, or what the budget allows.

    The warm-up ends after `warm_up` steps, after a quarter of the budget, or as soon as steps stop getting faster. A
    step must end only when its work is done: on a GPU it synchronises. Within `budget_s` seconds as many repeats are
    made as fit, but at least 1 warm-up (if any is asked for) and `MIN_REPEATS`. The stopwatch is the wall clock, unless
    another is given.
    """
    start = time.perf_counter()
    _warm_up(step, warm_up, start + WARM_UP_SHARE * budget_s)
    return np.array(times_ms(step, repeats, MIN_REPEATS, start + budget_s, stopwatch or wall_ms))


def _warm_up(step: Step, most: int, deadline: float) -> None:
    times: list[float] = []
    while len(times) < most and (not times or time.perf_counter() < deadline) and not _is_warm(times):
        times.append(wall_ms(step))


def _is_warm(times: list[float]) -> bool:
    """Whether the last steps were hardly faster than those before them: caches are filled, kernels are chosen."""
    before, last = times[-2 * WARM_UP_WINDOW : -WARM_UP_WINDOW], times[-WARM_UP_WINDOW:]
    return len(before) == WARM_UP_WINDOW and bool(np.median(last) >= (1 - STILL_WARMING) * np.median(before))


def times_ms(step: Step, most: int, least: int, deadline: float, stopwatch: Stopwatch | None = None) -> list[float]:
    """Milliseconds of steps until a moment of `time.perf_counter`; at least and at most so many of them."""
    once = stopwatch or wall_ms
    times: list[float] = []
    while len(times) < most and (len(times) < least or time.perf_counter() < deadline):
        times.append(once(step))
    return times


def stopwatch_of(device: torch.device) -> Stopwatch:
    """What times a step on a device: events of the device itself on CUDA, the wall clock elsewhere."""
    return partial(event_ms, device) if device.type == "cuda" else wall_ms


def wall_ms(step: Step) -> float:
    """Milliseconds of a step by the wall clock."""
    start = time.perf_counter()
    step()
    return 1e3 * (time.perf_counter() - start)


def event_ms(device: torch.device, step: Step) -> float:
    """Milliseconds between two events in the stream of a CUDA device, before and after a step.

    The device tells the time, to half a microsecond (CUDA Runtime API, cudaEventElapsedTime). Between them lie the
    copies and kernels of the step, and the waits of the device for the host that starts them.
    """
    import torch

    with torch.cuda.device(device):
        before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
        before.record()
        step()
        after.record()
        after.synchronize()
        return float(before.elapsed_time(after))
