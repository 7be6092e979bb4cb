"""Runs that are ended: the same command goes on, and what comes out is what would have come out anyway."""

from __future__ import annotations

import signal
import time

import pytest

from tests.pipeline.ended_runs import BATCH, COUNTS, Runs

N = sum(COUNTS.values())
BATCHES = str(N // BATCH)
#: Moments at which a process is killed, and the images that another one then need not ask about.
MOMENTS = {
    "in the first batch": ({"KILL": "batch:1"}, 0),
    "in a batch": ({"KILL": "batch:4"}, 3 * BATCH),
    "before a shard is written": ({"KILL": "open:4:.part"}, 3 * BATCH),
    "before a shard has its name": ({"KILL": "os.rename:4:.part"}, 3 * BATCH),
    "before it is scored": ({"KILL": "batch:11"}, N),
    "before it is recorded": ({"KILL": "sqlite3.connect:1:board", "FROM": BATCHES}, N),
    "before the shards are forgotten": ({"KILL": "shutil.rmtree:1:unfinished"}, N),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What comes out of a run that nobody ends."""
    runs = Runs(tmp_path_factory.mktemp("whole"))
    ended = runs.run()
    assert (ended.resumed, runs.unfinished) == (0, [])
    return ended


@pytest.fixture
def runs(tmp_path):
    """Runs in a folder of the test's own."""
    return Runs(tmp_path)


def killed(runs, moment="batch:6", **variables):
    """A process that ends itself by kill -9."""
    assert runs.run(KILL=moment, **variables).status == -signal.SIGKILL


@pytest.mark.parametrize(("variables", "kept"), MOMENTS.values(), ids=MOMENTS)
def test_a_killed_run_goes_on(runs, whole, variables, kept):
    """After kill -9 at any moment the same command asks about the rest, and gives the same to the last bit."""
    assert runs.run(**variables).status == -signal.SIGKILL
    again = runs.run()

    assert (again.resumed, again.bits) == (kept, whole.bits)
    assert runs.unfinished == []


def test_again_and_again(runs, whole):
    """Runs that are killed every few batches come to their end, whichever way they are killed."""
    for moment in ("batch:3", "open:2:.part", "os.rename:2:.part", "os.remove:1:.part"):
        killed(runs, moment)
    again = runs.run()

    assert again.resumed > 2 * BATCH
    assert again.bits == whole.bits


def test_killed_while_forgetting(runs, whole):
    """What is left of the shards then is of use or not, and never in the way."""
    killed(runs, "os.remove:3:shard")
    assert 0 < len(runs.shards) < N // BATCH

    assert runs.run().bits == whole.bits
    assert runs.unfinished == []


def test_ctrl_c(runs, whole):
    """Ctrl-C leaves what is complete, too."""
    assert runs.run(KILL="batch:6", SOFTLY="1").status == 130
    again = runs.run()

    assert (again.resumed, again.bits) == (5 * BATCH, whole.bits)


def test_two_at_once(runs, whole):
    """Of two processes at the same run one keeps its answers; the other one says that it does not, and ends as well."""
    gate = runs.folder / "gate"
    first = runs.start(WAIT=f"4:{gate}")
    wait_until(lambda: len(runs.shards) == 3)
    second = runs.run()
    kept = len(runs.shards)
    gate.touch()
    first = first.ended()

    assert "another process is at the same run" in second.err
    assert "another process" not in first.err
    assert (kept, runs.unfinished) == (3, [])
    assert first.bits == second.bits == whole.bits


def wait_until(true):
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_nowhere_to_write(runs, whole):
    """A cache that cannot be written stops no run; it is said once."""
    (runs.folder / "file").touch()
    nowhere = runs.run(FERBENCH_CACHE=str(runs.folder / "file"))

    assert nowhere.bits == whole.bits
    assert nowhere.err.count("cannot be resumed") == 1
    assert "Not a directory" in nowhere.err
