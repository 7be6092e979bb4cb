"""Batches and threads that nobody chose: found by trying, small where that costs nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.config import Settings
from ferbench.errors import PluginError
from ferbench.execution import BatchTrial
from ferbench.pipeline.batch_size import NEAR_BEST, chosen, fitting_batch_size
from ferbench.pipeline.load import load, pick_device
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.workers import MARGIN, enough, fitting_workers
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RANDOM_WEIGHTS, RunSpec

SIZE = (3, 64, 64)


def trial(batch_size, images_per_s):
    """One trial."""
    return BatchTrial(batch_size=batch_size, images_per_s=images_per_s)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=9))
def test_the_smallest_of_nearly_the_fastest_is_chosen(speeds):
    """No smaller size is within five percent of the best, and the chosen one is."""
    size = chosen(tuple(trial(2**i, speed) for i, speed in enumerate(speeds)))

    place = size.bit_length() - 1
    assert speeds[place] >= (1 - NEAR_BEST) * max(speeds)
    assert all(speed < (1 - NEAR_BEST) * max(speeds) for speed in speeds[:place])


def test_sizes_without_room_are_never_chosen():
    """What fitted counts; where nothing did the run itself says so, of a single picture."""
    assert chosen((trial(1, 10.0), trial(2, 30.0), trial(4, None))) == 2
    assert chosen((trial(1, None),)) == 1


@pytest.fixture(autouse=True)
def short_trials(monkeypatch):
    """Sizes are tried for two seconds."""
    monkeypatch.setattr("ferbench.pipeline.batch_size.BUDGET_S", 2.0)


@pytest.fixture
def wrapped():
    """The model of the synthetic set, to be given other models inside."""
    return load_alone(build_catalog().models.get("tiny_cnn"), 8, {}, "cpu").model


class Slow:
    """A model that takes a time for the batch, and a time for each picture; it has room for so many."""

    def __init__(self, batch_s=0.0, picture_s=0.0, room=1000):
        self.batch_s, self.picture_s, self.room = batch_s, picture_s, room

    def predict(self, batch):
        """Zeros, in time."""
        if len(batch) > self.room:
            raise RuntimeError("DefaultCPUAllocator: not enough memory")
        time.sleep(self.batch_s + len(batch) * self.picture_s)
        return {"emotion": np.zeros((len(batch), 8), np.float32)}


@pytest.mark.parametrize(
    ("model", "n_images", "sizes"),
    [
        (Slow(batch_s=0.02), 40, [32]),
        (Slow(batch_s=0.02, room=8), 1000, [8]),
        (Slow(picture_s=0.004), 1000, [1, 2, 4]),
        (Slow(room=0), 1000, [1]),
    ],
    ids=["the larger the better", "until memory runs out", "pictures take their time", "no room"],
)
def test_a_batch_size_is_found_by_trying(wrapped, model, n_images, sizes):
    """Never more than the run has pictures, never more than fits, and no more than is worth it."""
    size, trials = fitting_batch_size(replace(wrapped, model=model), SIZE, n_images, pick_device("cpu"))

    assert size in sizes
    assert [found.batch_size for found in trials] == [2**i for i in range(len(trials))]
    assert all((found.images_per_s is None) == (found.batch_size > model.room) for found in trials)


def test_a_real_network_gets_a_batch_size(wrapped):
    """The network of the synthetic set, on its own size of picture."""
    size, trials = fitting_batch_size(wrapped, SIZE, 8, pick_device("cpu"))

    assert size in {1, 2, 4, 8}
    assert all(found.images_per_s > 0 for found in trials)


def test_a_model_that_breaks_while_it_is_tried_is_named(wrapped):
    """Its fault is no lack of memory."""

    class Broken:
        def predict(self, batch):
            raise ValueError("no")

    with pytest.raises(PluginError, match="ValueError"):
        fitting_batch_size(replace(wrapped, model=Broken()), SIZE, 8, pick_device("cpu"))


@pytest.mark.parametrize(
    ("reading_s", "answering_s", "most", "threads"),
    [(0.1, 10, 8, 1), (1, 1, 8, 2), (2, 1, 8, 3), (4, 1, 8, 5), (100, 1, 8, 8), (1, 1e-9, 2, 2), (0, 1, 4, 1)],
)
def test_threads_read_a_quarter_faster_than_the_model_answers(reading_s, answering_s, most, threads):
    """At least one, at most one a processor."""
    assert enough(reading_s, answering_s, most) == threads
    assert MARGIN == 1.25


@pytest.mark.parametrize(("model", "at_least"), [(Slow(picture_s=0.02), 1), (Slow(), 2)], ids=["slow", "instant"])
def test_threads_are_counted_by_the_first_pictures(wrapped, model, at_least, monkeypatch):
    """One thread is plenty for a slow model; an instant one gets all that there are."""
    monkeypatch.setattr("ferbench.pipeline.workers.processors", lambda: 2)
    plan = resolve(RunSpec(model="tiny_cnn", dataset="synthetic", limit=16), build_catalog(), Settings())

    assert fitting_workers(plan, replace(wrapped, model=model)) == at_least


def test_pictures_that_nobody_can_read_count_no_threads(tmp_path):
    """There is nothing to measure: the usual number."""
    (tmp_path / "happy").mkdir(parents=True)
    for number in range(3):
        (tmp_path / "happy" / f"{number}.jpg").write_bytes(b"no picture")
    spec = RunSpec(model="tiny_cnn", dataset="folder", data_root=str(tmp_path), weights=RANDOM_WEIGHTS)
    plan = resolve(spec, build_catalog(), Settings())

    assert fitting_workers(plan, load(plan).model) == 1
