"""Processes that record runs and are killed while they do, and processes that record into one file together."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.faults.condition import condition, cores, outline
from benchmarks.faults.tally import Tally
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from random import Random

    from ferbench.results import RunResult

IMAGES = 20
#: Recordings by which it is found out how long one takes.
_TRIALS = 5
_CONFIRMED = b"+"


def killed_recordings(path: Path, kills: int, rng: Random) -> Tally:
    """Kill a process at a random moment of its recording, `kills` times; the next one records the same run again.

    The moments lie evenly between the start of the recording and some time after its end. A run that is recorded
    already is refused then, so none can come twice; at the end all are there, whole.
    """
    tally, usual = Tally(), time_of_recording(path)
    number = _TRIALS
    while tally.hits < kills:
        result = build_result(number, n=IMAGES)
        confirmed, killed = record_and_kill(path, result, rng.uniform(0, 1.5 * usual))
        tally.tries += 1
        tally.hits += killed
        found = outline(path)
        tally.damage += found.damage
        if confirmed and result.run_id not in found.runs:
            tally.lost.append(f"run {result.run_id} was recorded before the kill")
        number += result.run_id in found.runs
    final = condition(path)
    tally.damage += final.damage
    expected = {build_result(each, n=IMAGES).run_id for each in range(number)}
    tally.lost += [f"run {run} was there once" for run in expected - final.runs]
    tally.duplicates = same_twice(path)
    return tally


def same_twice(path: Path) -> list[str]:
    """Runs of which another one came to the same core, for no two that are recorded here do."""
    times = Counter(cores(path).values())
    return [f"core {core} is there {count} times" for core, count in times.items() if count > 1]


def time_of_recording(path: Path) -> float:
    """Seconds that a recording takes in a process of its own, creating the database apart."""
    Leaderboard(path).prepare()
    started = time.monotonic()
    for number in range(_TRIALS):
        record_and_kill(path, build_result(number, n=IMAGES), None)
    return (time.monotonic() - started) / _TRIALS


def record_and_kill(path: Path, result: RunResult, after: float | None) -> tuple[bool, bool]:
    """Record a run in a child that is killed after some seconds: (it said that the run is recorded, it was killed)."""
    reading, writing = os.pipe()

    def record() -> None:
        Leaderboard(path).record(result)
        os.write(writing, _CONFIRMED)

    child = forked(record)
    os.close(writing)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    confirmed = os.read(reading, 1) == _CONFIRMED
    os.close(reading)
    _, status = os.waitpid(child, 0)
    return confirmed, os.WIFSIGNALED(status)


def forked(task: Callable[[], None]) -> int:
    """The id of a child that carries out a task, and ends with 0 where that went well."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        task()
        status = 0
    finally:
        os._exit(status)


def recorded_together(path: Path, writers: int, runs: int) -> Tally:
    """Let processes record runs into one new file at once, `runs` altogether."""
    tally = Tally(tries=runs)
    numbers = [range(writer, runs, writers) for writer in range(writers)]
    children = [forked(lambda mine=mine: record_all(path, mine)) for mine in numbers]
    for child, mine in zip(children, numbers, strict=True):
        _, status = os.waitpid(child, 0)
        if status != 0:
            tally.unclear.append(f"a process that was to record {len(mine)} runs ended with {status}")
    found = condition(path)
    tally.damage += found.damage
    wanted = {build_result(number, n=IMAGES).run_id for number in range(runs)}
    tally.lost += [f"run {run} is missing" for run in wanted - found.runs]
    tally.hits = len(found.runs)
    tally.duplicates = same_twice(path)
    return tally


def record_all(path: Path, numbers: Sequence[int]) -> None:
    """Record runs one after the other."""
    board = Leaderboard(path)
    for number in numbers:
        board.record(build_result(number, n=IMAGES))
