"""Batches that fit: what happens where memory runs out in the middle of a run."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch

from ferbench.errors import MissingError, PluginError
from ferbench.execution import BatchTrial
from ferbench.pipeline.answering import AnswersOf, answers_to
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import load
from ferbench.pipeline.predict import predict
from ferbench.plugin_manager import build_catalog
from tests.pipeline.hungry import HUNGRY, PLUGIN, plan_of


@pytest.fixture
def hungry_plugin(tmp_path):
    """The file of a plugin with a hungry network."""
    file = tmp_path / "hungry_plugin.py"
    file.write_text(PLUGIN, encoding="utf-8")
    return file


def views_of(n, count=1):
    """(n, count, 3, 4, 4) random views."""
    return np.random.default_rng(0).integers(0, 256, (n, count, 3, 4, 4), dtype=np.uint8)


@dataclass
class Narrow:
    """A model that has memory for so many pictures, and says what a real one says when they are more."""

    room: int
    error: Exception
    given: list[int] = field(default_factory=list)

    def answer(self, pixels):
        """The mean of each channel, if there is room."""
        self.given.append(len(pixels))
        if len(pixels) > self.room:
            raise self.error
        return {"emotion": pixels.mean(axis=(2, 3), dtype=np.float32)}

    def question(self, pixels):
        """As `answer`, later."""
        return lambda: self.answer(pixels)


def blamed_on_a_plugin():
    """What the border to plugins makes of a lack of memory."""
    error = PluginError("", "", "")
    error.__cause__ = MemoryError()
    return error


@pytest.mark.parametrize(
    "error",
    [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"), blamed_on_a_plugin()],
    ids=["Python", "CUDA", "plugin"],
)
@pytest.mark.parametrize("count", [1, 2])
def test_a_batch_without_room_is_halved_until_it_fits(error, count):
    """Nobody loses an answer, what was too large is noted, and the next batch begins with what fitted."""
    model, views = Narrow(3, error), views_of(8, count)
    answers = AnswersOf(model, 8 * count)

    first, second = answers(views), answers(views[:4])

    expected = answers_to(Narrow(3, error), views, 2)
    assert np.array_equal(first["emotion"], expected["emotion"])
    assert np.array_equal(second["emotion"], expected["emotion"][:4])
    assert answers.trials == [BatchTrial(batch_size=8 * count // 2**i, images_per_s=None) for i in range(1 + count)]
    assert answers.batch_size == 2


@pytest.mark.parametrize("n", [1, 2, 3, 5, 31, 32, 33])
def test_halving_reaches_one_from_every_size(n):
    """A model with room for a single picture is asked about each of them."""
    answers = AnswersOf(Narrow(1, MemoryError()), 32)

    assert answers(views_of(n))["emotion"].shape == (n, 3)
    assert answers.batch_size == (1 if n > 1 else 32)


def test_no_room_for_one_picture_is_said_in_words():
    """There is nothing left to halve: the error says what to do, and what the machine said."""
    answers = AnswersOf(Narrow(0, RuntimeError("DefaultCPUAllocator: can't allocate memory")), 4)

    with pytest.raises(MissingError, match=r"(?s)single image.*can't allocate memory.*--device"):
        answers(views_of(4))


def test_other_errors_are_nobody_s_lack_of_memory():
    """A shape that does not fit is not tried again with fewer pictures."""
    model = Narrow(0, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))

    with pytest.raises(RuntimeError, match="mat1"):
        AnswersOf(model, 4)(views_of(4))
    assert model.given == [4]


def test_an_expected_array_is_asked_about_once():
    """Whoever announces an array, from whatever thread, gets the same answers, and nothing is kept afterwards."""
    model, views = Narrow(9, MemoryError()), views_of(5, 2)
    answers = AnswersOf(model, 4)
    announcing = threading.Thread(target=answers.expect, args=(views,))
    announcing.start()
    announcing.join()

    found = answers(views)

    assert np.array_equal(found["emotion"], answers_to(Narrow(9, MemoryError()), views, 4)["emotion"])
    assert model.given == [4, 4, 2]
    assert not answers._sent


def test_what_was_announced_at_a_size_without_room_is_asked_anew():
    """The halves are made of the array itself, for this batch and for those that were announced with it."""
    model, batches = Narrow(2, MemoryError()), (views_of(4), views_of(4)[::-1].copy())
    answers = AnswersOf(model, 4)
    for views in batches:
        answers.expect(views)

    found = [answers(views)["emotion"] for views in batches]

    assert np.array_equal(found[0], found[1][::-1])
    assert model.given == [4, 2, 2, 2, 2]


LIMITED = """
import re, resource, sys
from pathlib import Path
import numpy as np
from ferbench.pipeline.run import Evaluator
from ferbench.plugin_manager import build_catalog
from tests.pipeline.hungry import HUNGRY, spec_of

def leave(room):
    size = int(re.search(r"VmSize:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size + room, -1))

evaluator = Evaluator(build_catalog([Path(sys.argv[1])]))
before = evaluator.evaluate(spec_of(batch_size=8))
leave(12 * HUNGRY)
after = evaluator.evaluate(spec_of(batch_size=32))
assert np.array_equal(before.predictions.emotion, after.predictions.emotion)
assert [score.value for score in before.scores] == [score.value for score in after.scores]
leave(HUNGRY // 2)
evaluator.evaluate(spec_of(batch_size=2))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space are Linux's")
def test_a_process_without_memory_gives_the_result_of_smaller_batches(hungry_plugin):
    """A network that needs 64 MiB a picture, under a limit for 12 of them: batches of 32 end as those of 8, guards too.

    Under a limit for none the run ends with an error that says so.
    """
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(hungry_plugin)], capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 1, done.stderr
    assert "assert" not in done.stderr
    assert "ferbench.errors.MissingError: The model was given a single image" in done.stderr


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_full_device_gives_the_result_of_smaller_batches(hungry_plugin):
    """The same on a GPU whose memory is limited to what some pictures need."""
    catalog = build_catalog([hungry_plugin])
    plans = [plan_of(catalog, batch_size=size, device="cuda") for size in (8, 32)]
    expected = predict(plans[0], started(plans[0], load(plans[0]), None).answering, lambda done, total: None)
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 12 * HUNGRY) / total)
    try:
        answering = AnswersOf(load(plans[1]).model, 32)
        found = predict(plans[1], answering, lambda done, total: None)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)

    assert np.array_equal(found.predictions.emotion, expected.predictions.emotion)
    assert [trial.batch_size for trial in answering.trials] == [32, 16]
