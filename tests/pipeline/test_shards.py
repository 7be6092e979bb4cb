"""The folder of an unfinished run: its name, when shards are written, and how it goes away."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import stat
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from ferbench.config import Settings
from ferbench.pipeline.collected import Collected
from ferbench.pipeline.engine.guarded import Calibration
from ferbench.pipeline.engine.running import Running
from ferbench.pipeline.images import Batch
from ferbench.pipeline.load import load
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.unfinished import keeping, resume_key
from ferbench.pipeline.unfinished.keeping import Keeping
from ferbench.pipeline.unfinished.shard import Shard
from ferbench.pipeline.unfinished.shards import Shards, open_shards, sweep
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

SHARD = Shard(start=0, outputs={"emotion": np.zeros((2, 3), np.float32)}, digests=["1" * 64, "2" * 64])
NAME = "ab" * 32
DAY = 86_400


@pytest.fixture(scope="module")
def running():
    """A run that can begin."""
    plan = resolve(RunSpec(model="tiny_cnn", dataset="synthetic", limit=12, threads=1), build_catalog(), Settings())
    loaded = load(plan)
    return Running(plan=plan, loaded=loaded, model=loaded.model, answering=None)


def planned(**changes):
    """A change of the plan."""
    return lambda running: replace(running, plan=replace(running.plan, **changes))


def conducted(**changes):
    """A change of how it is carried out."""
    return lambda running: planned(conduct=replace(running.plan.conduct, **changes))(running)


def loaded(**changes):
    """A change of the model."""
    return lambda running: replace(running, loaded=replace(running.loaded, **changes))


def asked(**changes):
    """A change of what was asked for."""
    return lambda running: planned(spec=replace(running.plan.spec, **changes))(running)


#: What may change a bit of an answer.
OTHER_RUNS = {
    "weights": loaded(weights_sha256="another"),
    "device": loaded(device=torch.device("meta")),
    "engine": conducted(engine="compile"),
    "precision": conducted(precision="bf16"),
    "batch size": conducted(batch_size=33),
    "views": asked(tta="flip"),
    "seed": asked(seed=7),
    "model options": asked(model_options={"depth": 3}),
    "data set": asked(dataset="another"),
    "split": planned(split="another"),
    "labels": planned(items_sha256="another"),
    "classes": lambda running: planned(classes=running.plan.classes[::-1])(running),
    "order of the rows": lambda running: planned(rows=running.plan.rows[::-1])(running),
    "number of rows": lambda running: planned(rows=running.plan.rows[1:])(running),
    "size": lambda running: planned(preprocess=replace(running.plan.preprocess, size=(40, 40)))(running),
    "bound": lambda running: replace(running, calibration=Calibration(fast="bf16", bound=0.25, sample=9)),
}
#: What changes none.
SAME_RUNS = {
    "workers": conducted(workers=7),
    "metrics": asked(metrics=("accuracy",)),
    "timing": asked(timing=False),
    "command": asked(command_line=("ferbench", "run")),
}


@pytest.mark.parametrize("change", OTHER_RUNS.values(), ids=OTHER_RUNS)
def test_another_run_has_another_name(running, change):
    """Whatever may change an answer changes the name of the folder."""
    assert resume_key.resume_key(change(running)) != resume_key.resume_key(running)


@pytest.mark.parametrize("change", SAME_RUNS.values(), ids=SAME_RUNS)
def test_the_same_run_has_the_same_name(running, change):
    """Whatever changes none does not."""
    assert resume_key.resume_key(change(running)) == resume_key.resume_key(running)


@pytest.mark.parametrize("fact", ["packages", "own_source_sha256", "cpu_capability", "device_name"])
def test_another_machine_or_program(running, fact, monkeypatch):
    """So do versions, the source of the pipeline, instructions and names of processors."""
    before = resume_key.resume_key(running)
    monkeypatch.setattr(resume_key, fact, lambda *given: "another")

    assert resume_key.resume_key(running) != before


def test_threads(running):
    """And the threads that the network has now."""
    before, threads = resume_key.resume_key(running), torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        assert resume_key.resume_key(running) != before
    finally:
        torch.set_num_threads(threads)


def test_ids_do_not_run_together(running):
    """Ids that give the same text one after the other are other ids."""
    one, other = ([replace(running.plan.rows[0], id=name) for name in names] for names in (("a", "bc"), ("ab", "c")))

    assert resume_key.ids_sha256(one) != resume_key.ids_sha256(other)


def test_no_home(running):
    """Without a folder for them there are no shards."""
    assert open_shards(None, running) is None


def test_nothing_is_written_before_the_first_shard(running, tmp_path):
    """Opening them, going on without any and forgetting them leaves no trace."""
    opened = open_shards(tmp_path / "home", running)

    assert list(opened.kept()) == []
    opened.restart()
    opened.drop(0)
    opened.forget()
    assert list(tmp_path.iterdir()) == []


def test_kept_and_forgotten(tmp_path):
    """A shard is there until it is forgotten, and its folder as well."""
    kept = Shards(tmp_path / NAME)
    kept.keep(SHARD)
    kept.keep(replace(SHARD, start=2))
    assert [shard.start for shard in kept.kept()] == [0, 2]

    kept.forget()
    assert list(tmp_path.iterdir()) == []


def test_restart(tmp_path):
    """A run that is to begin anew finds nothing."""
    Shards(tmp_path / NAME).keep(SHARD)
    anew = Shards(tmp_path / NAME)
    anew.restart()

    assert list(anew.kept()) == []


def test_forgotten_by_another(tmp_path):
    """What a process left that died before it could forget is forgotten by the next one."""
    Shards(tmp_path / NAME).keep(SHARD)
    Shards(tmp_path / NAME).forget()

    assert list(tmp_path.iterdir()) == []


def test_one_at_a_time(tmp_path, caplog):
    """While one uses the folder the other one keeps nothing, finds nothing, removes nothing, and says so once."""
    first, second = Shards(tmp_path / NAME), Shards(tmp_path / NAME)
    first.keep(SHARD)
    assert list(second.kept()) == []
    second.keep(replace(SHARD, start=2))
    second.drop(0)
    second.forget()

    assert [shard.start for shard in first.kept()] == [0]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "another process is at the same run" in caplog.text


def test_a_lock_ends_with_its_owner(tmp_path):
    """Nobody waits for a process that is gone."""
    first = Shards(tmp_path / NAME)
    first.keep(SHARD)
    del first

    assert len(list(Shards(tmp_path / NAME).kept())) == 1


def test_a_disk_that_locks_nothing(tmp_path, monkeypatch):
    """Some network file systems have no locks: shards are kept all the same."""

    def no_locks(*given):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    first, second = Shards(tmp_path / NAME), Shards(tmp_path / NAME)
    first.keep(SHARD)
    second.keep(replace(SHARD, start=2))

    assert [shard.start for shard in first.kept()] == [0, 2]


def test_a_disk_that_fails(tmp_path, monkeypatch, caplog):
    """A shard that cannot be written is said once, and none is tried afterwards: there would be a gap."""
    kept = Shards(tmp_path / NAME)
    kept.keep(SHARD)
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    kept.keep(replace(SHARD, start=2))
    monkeypatch.undo()
    kept.keep(replace(SHARD, start=4))

    assert [shard.start for shard in Shards(tmp_path / NAME).kept()] == [0]
    assert caplog.text.count("No space left on device") == 1
    assert len(caplog.records) == 1


def test_a_cache_of_somebody_else(tmp_path, monkeypatch, caplog):
    """A folder that may not even be looked into stops nothing."""
    kept = Shards(tmp_path / NAME)
    monkeypatch.setattr("pathlib.Path.stat", failing(errno.EACCES))
    kept.restart()
    assert list(kept.kept()) == []
    kept.keep(SHARD)
    kept.forget()

    assert caplog.text.count("Permission denied") == 1


def test_shards_that_cannot_be_removed(tmp_path, monkeypatch, caplog):
    """Where those that do not hold would stay nothing is added to them."""
    kept = Shards(tmp_path / NAME)
    kept.keep(SHARD)
    monkeypatch.setattr("pathlib.Path.unlink", failing(errno.EROFS))
    kept.drop(0)
    monkeypatch.undo()
    kept.keep(replace(SHARD, start=2))

    assert [shard.start for shard in Shards(tmp_path / NAME).kept()] == [0]
    assert "Read-only file system" in caplog.text


def test_a_run_that_begins_anew_beside_shards_that_stay(tmp_path, monkeypatch):
    """What was to be removed and cannot be is not used either."""
    Shards(tmp_path / NAME).keep(SHARD)
    anew = Shards(tmp_path / NAME)
    monkeypatch.setattr("pathlib.Path.unlink", failing(errno.EROFS))
    anew.restart()

    assert list(anew.kept()) == []


def test_a_disk_that_flushes_no_folders(tmp_path, monkeypatch, caplog):
    """Shards are kept where folders have nothing like fsync."""
    flush = os.fsync
    refuse = failing(errno.EINVAL)
    monkeypatch.setattr(
        os, "fsync", lambda number: (refuse if stat.S_ISDIR(os.fstat(number).st_mode) else flush)(number)
    )
    kept = Shards(tmp_path / NAME)
    kept.keep(SHARD)

    assert [shard.start for shard in kept.kept()] == [0]
    assert not caplog.records


def test_a_disk_that_locks_for_writers_only(tmp_path, monkeypatch):
    """Network file systems give an exclusive lock on nothing but files that are open for writing."""
    lock = fcntl.flock

    def strict(number, how):
        if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        lock(number, how)

    monkeypatch.setattr(fcntl, "flock", strict)
    first, second = Shards(tmp_path / NAME), Shards(tmp_path / NAME)
    first.keep(SHARD)

    assert list(second.kept()) == []


def failing(number):
    """A function that fails as the system does."""

    def fail(*given, **named):
        raise OSError(number, os.strerror(number))

    return fail


def test_old_folders_go_away(tmp_path, running):
    """Opening shards removes the folders of runs that nobody went on with for a month, and nothing else."""
    now = time.time()
    for name, days in {NAME: 31, "cd" * 32: 29, "notes": 400, "ef" * 32: 400}.items():
        folder = tmp_path / name
        folder.mkdir() if name != "ef" * 32 else folder.symlink_to(tmp_path / "notes")
        (folder / "0000000000.shard").touch()
        os.utime(folder, (now - days * DAY,) * 2)
    open_shards(tmp_path, running)

    assert {path.name for path in tmp_path.iterdir()} == {"cd" * 32, "notes", "ef" * 32}
    assert (tmp_path / "notes" / "0000000000.shard").exists()


def test_a_run_that_goes_on_is_not_old(tmp_path):
    """It is the last shard that counts, not the first."""
    kept = Shards(tmp_path / NAME)
    kept.keep(SHARD)
    os.utime(tmp_path / NAME, (0, 0))
    kept.keep(replace(SHARD, start=2))
    sweep(tmp_path, time.time() - DAY)

    assert (tmp_path / NAME).exists()


def test_no_folder_to_sweep(tmp_path):
    """There need be none, and it may be a file."""
    sweep(tmp_path / "nowhere", time.time())
    (tmp_path / "file").touch()
    sweep(tmp_path / "file", time.time())


class Clock:
    """Time that passes when it is told to."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        """The time."""
        return self.now


class Slow(Shards):
    """Shards on a disk that takes its time."""

    def __init__(self, folder, clock, seconds):
        super().__init__(folder)
        self.clock, self.seconds, self.stops = clock, seconds, []

    def keep(self, shard):
        """Take note of it."""
        self.clock.now += self.seconds
        self.stops.append(shard.stop)


def added(collected, n=4):
    """Collect a batch."""
    start = collected.done
    batch = Batch(
        start=start,
        views=np.zeros((n, 1, 3, 8, 8), np.uint8),
        answered=tuple(range(start, start + n)),
        digests=("1" * 64,) * n,
        failures={},
        sizes=Counter({(8, 8): n}),
    )
    collected.add(batch, {"emotion": np.full((n, 3), start, np.float32)})


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, [12, 24, 36]), (0.05, [12, 40])])
def test_the_pace(tmp_path, monkeypatch, seconds, expected):
    """A shard has two seconds of work, and more where writing it takes more than a hundredth of that."""
    clock = Clock()
    monkeypatch.setattr(keeping, "time", clock)
    collected, slow = Collected(n=40), Slow(tmp_path / NAME, clock, seconds)
    keep = Keeping(collected, slow)
    for _ in range(10):
        clock.now += 0.8
        added(collected)
        keep()

    assert slow.stops == expected


def test_shards_are_what_came_out_since(tmp_path, monkeypatch):
    """One after the other they are all that was collected."""
    monkeypatch.setattr(keeping, "SECONDS_APART", 0.0)
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    collected, kept = Collected(n=12), Shards(tmp_path / NAME)
    keep = Keeping(collected, kept)
    for _ in range(3):
        added(collected)
        keep()
    again = Collected(n=12)
    for shard in kept.kept():
        assert shard.sizes == {(8, 8): 4}
        again.put(shard)

    assert (again.digests, again.sizes, again.failures) == (collected.digests, collected.sizes, collected.failures)
    assert again.outputs["emotion"].tobytes() == collected.outputs["emotion"].tobytes()
