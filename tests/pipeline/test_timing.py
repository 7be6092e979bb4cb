"""Latency and its noise, measured on steps whose duration is known."""

import time

import numpy as np
import pytest
import torch
from scipy.stats import binom

from ferbench.pipeline.timing import (
    MIN_REPEATS,
    WARM_UP_WINDOW,
    latency,
    median_noise_percent,
    step_times_ms,
    stopwatch_of,
    wall_ms,
)


class Steps:
    """Steps of given durations in seconds, the last one repeated; counts its calls."""

    def __init__(self, *durations):
        self.durations = list(durations)
        self.calls = 0

    def __call__(self):
        time.sleep(self.durations[min(self.calls, len(self.durations) - 1)])
        self.calls += 1


def test_every_repeat_is_timed_and_no_warm_up():
    """A slow first step warms up and is not in the times; the others are, in order, in milliseconds."""
    step = Steps(0.1, 0.001, 0.001, 0.1)
    times = step_times_ms(step, warm_up=1, repeats=3, budget_s=60)
    assert (step.calls, times.shape, times.dtype) == (4, (3,), np.float64)
    assert times[2] >= 100
    assert times[:2].min() < 100


def test_a_warm_up_goes_on_while_steps_get_faster():
    """Steps that become faster are all warm-up; it ends with the first window that is as slow as the one before."""
    falling = [0.08 / 2**number for number in range(6)]
    step = Steps(*falling, *[0.03] * 20)

    step_times_ms(step, warm_up=100, repeats=1, budget_s=60)

    assert len(falling) < step.calls - 1 <= len(falling) + 2 * WARM_UP_WINDOW


def test_steps_that_are_warm_need_no_more_than_two_windows():
    """Where the first steps are as fast as the next ones, nothing is gained by more of them."""
    step = Steps(0.005)

    step_times_ms(step, warm_up=100, repeats=1, budget_s=60)

    assert step.calls - 1 <= 4 * WARM_UP_WINDOW


def test_median_and_95th_percentile():
    """Of twenty steps with one slow one the median is a fast one, and the 95th percentile stands between them."""
    found = latency(Steps(*[0.001] * 10, 0.2, 0.001), warm_up=0, repeats=20, budget_s=60)
    assert 1 <= found.p50 < found.p95 < 200
    assert found.repeats == 20


@pytest.mark.parametrize("budget_s", [0, 0.05])
def test_a_slow_step_ends_with_the_budget(budget_s):
    """With a spent budget one warm-up and the least number of repeats are made, and no more."""
    step = Steps(0.06)
    assert len(step_times_ms(step, warm_up=10, repeats=1000, budget_s=budget_s)) == MIN_REPEATS
    assert step.calls == 1 + MIN_REPEATS


def test_the_budget_bounds_fast_steps_too():
    """Repeats go on until the time is up, far before their number is reached."""
    start = time.perf_counter()
    made = len(step_times_ms(Steps(0.001), warm_up=10**6, repeats=10**6, budget_s=0.2))
    assert MIN_REPEATS < made <= 200
    assert time.perf_counter() - start < 10


def test_few_repeats_are_enough_when_asked_for():
    """The least number does not add repeats to those that were asked for."""
    assert len(step_times_ms(Steps(0), warm_up=0, repeats=1, budget_s=0)) == 1


@pytest.mark.parametrize("n", [6, 7, 8, 9, 10, 20, 33, 50, 101])
def test_the_noise_is_the_interval_between_two_ranks(n):
    """Half of the distance of the ranks that a binomial quantile gives, in percent of the median, in any order."""
    times = np.random.default_rng(n).permutation(np.arange(1.0, n + 1) ** 2)
    rank = int(binom.ppf(0.025, n, 0.5))  # one below it lies at most 2.5 %
    low, high = sorted(times)[rank - 1], sorted(times)[n - rank]

    assert median_noise_percent(times) == pytest.approx(50 * (high - low) / np.median(times))


def test_the_interval_holds_the_median_as_often_as_it_says():
    """Of skewed times with a known median at least 95 % of the intervals hold it, and not all."""
    rng = np.random.default_rng(0)
    held = []
    for _ in range(2000):
        times = np.sort(rng.lognormal(size=20))
        width = median_noise_percent(times) * np.median(times) / 50
        low = times[5]  # rank 6 of 20
        assert width == pytest.approx(times[14] - low)
        held.append(low <= 1 <= low + width)

    assert 0.94 < np.mean(held) < 0.98  # exactly 95.86 % in the long run


@pytest.mark.parametrize("n", [1, 5])
def test_too_few_repeats_have_no_noise(n):
    """Below six repeats no two of them hold the median with 95 %, and nothing is made up."""
    assert median_noise_percent(np.linspace(1, 2, n)) is None
    assert MIN_REPEATS == 6


def test_equal_times_have_no_spread():
    """A step that always takes the same time has a noise of zero."""
    assert median_noise_percent(np.full(50, 3.5)) == 0


def test_a_cpu_is_timed_by_the_wall_clock():
    """The stopwatch of a CPU shows the time that a step slept."""
    assert stopwatch_of(torch.device("cpu")) is wall_ms
    assert 20 <= wall_ms(Steps(0.02)) < 2000


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_is_timed_by_its_events():
    """Twice the work takes about twice the time on the device, though the host starts both at once."""
    matrix = torch.ones(4096, 4096, device="cuda")
    stopwatch = stopwatch_of(matrix.device)

    def products(count):
        return lambda: [matrix @ matrix for _ in range(count)]

    stopwatch(products(2))
    once, twice = (np.median([stopwatch(products(count)) for _ in range(9)]) for count in (10, 20))

    assert 1.5 < twice / once < 2.5
