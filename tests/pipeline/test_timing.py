"""Latency and memory, measured on steps whose duration and size are known."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from ferbench.pipeline.timing import MIN_REPEATS, latency_ms, peak_memory_mib, step_times_ms


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


def test_median_and_95th_percentile():
    """Of twenty steps with one slow one the median is a fast one, and the 95th percentile stands between them."""
    step = Steps(*[0.001] * 10, 0.2, 0.001)
    p50, p95 = latency_ms(step, warm_up=0, repeats=20, budget_s=60)
    assert 1 <= p50 < p95 < 200


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


def test_peak_memory_of_the_process():
    """128 MiB more in use raise the peak of the process by as much, and freeing them does not lower it."""
    program = """
import numpy, torch
from ferbench.pipeline.timing import peak_memory_mib

cpu = torch.device("cpu")
before = peak_memory_mib(cpu)
held = numpy.ones(128 << 17)
full = peak_memory_mib(cpu)
del held
print(before, full, peak_memory_mib(cpu))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    before, full, after = map(float, said.stdout.split())
    assert 100 < full - before < 160
    assert after > full - 8  # the kernel keeps the peak a few pages behind


def test_memory_of_an_unknown_device_is_not_measured():
    """A device that cannot be asked has no figure, not the figure of the CPU."""
    assert peak_memory_mib(torch.device("meta")) is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_peak_memory_of_a_cuda_device():
    """On CUDA the peak is that of the tensors on the device."""
    device = torch.device("cuda")
    torch.cuda.reset_peak_memory_stats(device)
    held = torch.zeros(64, 2**20, device=device, dtype=torch.uint8)
    assert peak_memory_mib(device) >= 64
    assert held.is_cuda
