"""Throughput of steps whose duration is known, and the search for the fastest batch size."""

import time

import numpy as np
import pytest
import torch

from ferbench.errors import PluginError
from ferbench.execution import BatchTrial
from ferbench.pipeline.throughput import (
    MIN_STEPS,
    best_of,
    has_room,
    is_out_of_memory,
    still_pays,
    throughput,
    trials,
    tried,
)

CPU = torch.device("cpu")
#: More than any machine has, and less than would overflow.
FAR_TOO_MUCH = 2**55


def sleeping(overhead_s, per_image_s):
    """Steps of a device with an overhead a batch."""
    return lambda size: lambda: time.sleep(overhead_s + per_image_s * size)


def out_of_memory_above(limit, step_of):
    """Steps whose tensors fit up to a batch size."""
    return lambda size: step_of(size) if size <= limit else lambda: torch.empty(FAR_TOO_MUCH)


def test_images_a_second():
    """Eight images in 40 ms are 200 a second, less what a sleep takes longer."""
    assert 100 < throughput(lambda: time.sleep(0.04), 8, budget_s=0) <= 200


def test_the_first_step_warms_up():
    """A first step that is slow does not count."""
    durations = iter([0.3, *[0.01] * 9])

    assert throughput(lambda: time.sleep(next(durations)), 1, budget_s=0) > 20


def test_a_spent_budget_bounds_the_steps():
    """One step to warm up and the least number of timed ones are made in any case, and no more."""
    calls = []

    throughput(lambda: calls.append(time.sleep(0.01)), 1, budget_s=0)

    assert len(calls) == 1 + MIN_STEPS


def failure(step):
    """The error that a step raises."""
    with pytest.raises((RuntimeError, MemoryError, KeyError, PluginError)) as raised:
        step()
    return raised.value


def wrapped():
    """A plugin's error, raised from one of the allocator."""
    try:
        torch.empty(FAR_TOO_MUCH)
    except RuntimeError as error:
        raise PluginError("asked", "found", "todo") from error


@pytest.mark.parametrize(
    "step",
    [lambda: torch.empty(FAR_TOO_MUCH), lambda: np.empty(FAR_TOO_MUCH), wrapped],
    ids=["torch", "numpy", "plugin"],
)
def test_memory_that_runs_out_is_recognised(step):
    """The errors of torch and NumPy on a CPU, and one that a plugin's error was raised from."""
    assert is_out_of_memory(failure(step))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_memory_of_a_cuda_device_that_runs_out_is_recognised():
    """CUDA raises an error of its own, and the device can be used afterwards."""
    assert is_out_of_memory(failure(lambda: torch.empty(FAR_TOO_MUCH, device="cuda")))
    assert tried(lambda size: lambda: torch.empty(FAR_TOO_MUCH, device="cuda"), 1, 0).images_per_s is None
    assert torch.ones(4, device="cuda").sum() == 4


@pytest.mark.parametrize("step", [lambda: torch.ones(2) @ torch.ones(3), lambda: {}["memory"]], ids=["shapes", "key"])
def test_other_errors_are_no_lack_of_memory(step):
    """What a network raises for other reasons stays an error, of a trial, too."""
    assert not is_out_of_memory(failure(step))
    with pytest.raises(Exception, match=r"size|memory"):
        tried(lambda size: step, 1, 0)


def test_a_batch_that_cannot_even_be_made_is_too_large():
    """Memory that runs out for the input is memory that runs out."""
    assert tried(lambda size: np.empty(FAR_TOO_MUCH), 64, 0) == BatchTrial(batch_size=64, images_per_s=None)


def test_batches_grow_until_memory_runs_out():
    """1, 2, 4 fit and 8 does not, which is the end; the best is the largest that fits."""
    found = list(trials(out_of_memory_above(4, sleeping(0.02, 0.0005)), CPU, budget_s=3))

    assert [trial.batch_size for trial in found] == [1, 2, 4, 8]
    assert found[-1] == BatchTrial(batch_size=8, images_per_s=None)
    assert best_of(found).batch_size == 4


@pytest.mark.parametrize(
    ("speeds", "pays"),
    [
        ([], True),
        ([5, 5, 5], False),
        ([5, 8, 8.1], True),
        ([5, 8, 8.1, 8.2], False),
        ([5, 4, 5.2], True),
        ([5, 9, None], False),
    ],
)
def test_batches_grow_no_further_than_they_pay(speeds, pays):
    """Two doublings in a row that gain less than 3 % end the search, one does not; nor does it outlast the memory."""
    done = [BatchTrial(batch_size=2**power, images_per_s=speed) for power, speed in enumerate(speeds)]

    assert still_pays(done) is pays


def test_batches_grow_no_further_than_asked():
    """`largest` is the largest, even where it is slower than what would come."""
    assert [trial.batch_size for trial in trials(sleeping(0.01, 0), CPU, budget_s=2, largest=5)] == [1, 2, 4]


def test_the_search_ends_with_its_budget():
    """A batch that would end too late is not begun; the first is tried whatever it takes."""
    start = time.perf_counter()
    found = list(trials(sleeping(0.05, 0), CPU, budget_s=0.2))

    assert [trial.batch_size for trial in found] == [1]
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("grown", "left", "room"), [(10, 40, True), (10, 39, False), (None, 1, True), (10, None, True), (0, 0, True)]
)
def test_room_for_the_next_batch(grown, left, room):
    """Twice the memory of this batch must be at most half of what is left, where somebody knows."""
    assert has_room(grown, left) is room


def test_best_of_nothing():
    """Where not one image fits there is no best; of equals the smaller batch is."""
    short = BatchTrial(batch_size=1, images_per_s=None)
    equals = [BatchTrial(batch_size=size, images_per_s=5.0) for size in (4, 2, 8)]

    assert best_of([short]) is None
    assert best_of([*equals, short]).batch_size == 2
