"""`ferbench run` in processes of their own, stopped in the middle: killed, interrupted, on a disk that is full."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults.condition import condition, cores, outline
from benchmarks.faults.tally import Tally
from ferbench.errors import EXIT_INTERRUPTED, EXIT_OK, UsageError
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result

if TYPE_CHECKING:
    from random import Random

#: A network that takes its time, so that a kill finds answers that were kept already.
SLOW = """\
import time
import torch
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

class Slow(torch.nn.Sequential):
    def __init__(self, num_classes):
        super().__init__(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(3, num_classes))

    def forward(self, images):
        time.sleep(0.08)
        return super().forward(images)

CARD = ModelCard(name="slow", summary="Sleeps", paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                 classes=None, self_contained=True)

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=Slow)]
"""
_RECORDED = re.compile(r"^recorded as ([0-9a-f]{8}) in", re.MULTILINE)
#: Runs that are in a database before a story begins.
_OLD = 2
#: A kill comes at latest so much later than the command should have ended.
_BEYOND = 1.05
#: What a command is taken to need, from one story to the next, at least.
_AT_LEAST = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of `ferbench run`; `anew`: it computes and records every time, as --isolate does."""

    name: str
    arguments: tuple[str, ...]
    anew: bool = False


QUICK = Case("quick", ("--model", "tiny_cnn", "--limit", "64"))
LONG = Case("slow", ("--model", "slow", "--plugin", "slow.py", "--limit", "640", "--batch-size", "8"))
ISOLATED = Case("isolated", (*QUICK.arguments, "--isolate"), anew=True)


@dataclass(frozen=True, slots=True)
class Stop:
    """How a command is stopped: a signal, to it or to its worker, and the exit codes that it may have then."""

    signal: signal.Signals
    statuses: tuple[int, ...]
    worker: bool = False


KILL = Stop(signal.SIGKILL, (-signal.SIGKILL,))
#: Before Python has started, and after it has ended, the signal ends the process itself.
INTERRUPT = Stop(signal.SIGINT, (EXIT_INTERRUPTED, -signal.SIGINT))
KILL_WORKER = Stop(signal.SIGKILL, (UsageError.exit_code,), worker=True)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended: its exit code (negative: the signal that ended it), and what it said on stderr."""

    status: int
    said: str

    @property
    def recorded(self) -> str:
        """The start of the id of the run, empty where none was confirmed."""
        found = _RECORDED.search(self.said)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which commands are started, with a database and a cache of its own."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Place:
        """A new folder, whose database holds some runs already."""
        folder.mkdir(parents=True, exist_ok=True)
        place = cls(folder)
        (folder / "slow.py").write_text(SLOW, encoding="utf-8")
        (folder / "ferbench.toml").touch()
        for number in range(_OLD):
            Leaderboard(place.database).record(build_result(number, n=20))
        return place

    @property
    def database(self) -> Path:
        """The leaderboard."""
        return self.folder / "board.sqlite"

    def start(self, case: Case) -> subprocess.Popen[str]:
        """The command, running; Ctrl-C reaches it even where a job in the background would ignore it."""
        own = {
            "FERBENCH_DB": str(self.database),
            "FERBENCH_CACHE": str(self.folder / "cache"),
            "FERBENCH_CONFIG": str(self.folder / "ferbench.toml"),
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("FERBENCH_")}
        command = [sys.executable, "-m", "ferbench", "run", *case.arguments, "--dataset", "synthetic"]
        return subprocess.Popen(  # noqa: S603
            [*command, "--no-timing", "--metric", "accuracy"],
            cwd=self.folder,
            env={**others, "OMP_NUM_THREADS": "1", **own},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one line, no lock
        )

    def run(self, case: Case) -> Ended:
        """The command, to its end."""
        return ended(self.start(case))

    def new_cores(self) -> list[str]:
        """The cores of the runs that commands recorded."""
        return list(cores(self.database).values())[_OLD:]


def ended(process: subprocess.Popen[str]) -> Ended:
    """What a process said, once it ended."""
    _, said = process.communicate()
    return Ended(process.returncode, said)


def timed(place: Place, case: Case) -> tuple[Ended, float]:
    """A case that is left to come to its end, and the seconds that it took."""
    started = time.monotonic()
    return place.run(case), time.monotonic() - started


def children(process: int) -> list[int]:
    """The processes that a process started and that are there; none where the system does not tell."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


@dataclass(slots=True)
class Alone:
    """How long a case takes, in seconds, and to which core it comes, when nothing stops it; found out once."""

    folder: Path
    known: dict[Case, tuple[float, str]] = field(default_factory=dict)

    def of(self, case: Case) -> tuple[float, str]:
        """Of one case."""
        if case not in self.known:
            place = Place.at(self.folder / case.name)
            done, seconds = timed(place, case)
            if done.status != EXIT_OK:
                raise SystemExit(f"the command does not even work when it is left alone:\n{done.said}")
            self.known[case] = (seconds, place.new_cores()[-1])
        return self.known[case]


@dataclass(slots=True)
class Drill:
    """Stops commands and looks at what they leave."""

    folder: Path
    rng: Random
    alone: Alone
    tally: Tally = field(default_factory=Tally)
    stories: int = 0
    #: Commands of this story that came to their end.
    ended_well: int = 0

    def new_place(self) -> Place:
        """A folder for a story."""
        self.stories, self.ended_well = self.stories + 1, 0
        return Place.at(self.folder / f"story_{self.stories}")

    def stop(self, how: Stop, times: int, cases: tuple[Case, ...]) -> Tally:
        """Stop commands `times` times; after one, two or three stops the same command is left to come to its end."""
        while self.tally.hits < times:
            case, place = cases[self.stories % len(cases)], self.new_place()
            for _ in range(min(self.rng.randint(1, 3), times - self.tally.hits)):
                self.stop_one(place, case, how)
            self.finish(place, case)
        return self.tally

    def stop_one(self, place: Place, case: Case, how: Stop) -> None:
        """Start the command, stop it at a random moment, and look at its database."""
        usual, _ = self.alone.of(case)
        process = place.start(case)
        time.sleep(self.rng.uniform(0, _BEYOND * usual))
        for victim in children(process.pid) if how.worker else [process.pid]:
            with suppress(ProcessLookupError):
                os.kill(victim, how.signal)
        done = ended(process)
        self.tally.tries += 1
        self.tally.hits += done.status != EXIT_OK
        self.tally.resumable += any((place.folder / "cache").rglob("*.shard"))
        if done.status not in {EXIT_OK, *how.statuses}:
            self.tally.unclear.append(f"{case.name} ended with {done.status} after {how.signal.name}: {done.said}")
        self.look(place, done)

    def look(self, place: Place, done: Ended) -> None:
        """Look for damage, and for a run that a command said it had recorded; count those that ended well."""
        found = outline(place.database)
        self.tally.damage += found.damage
        self.ended_well += done.status == EXIT_OK
        old = {build_result(number, n=20).run_id for number in range(_OLD)}
        self.tally.lost += [f"run {run} was there before" for run in old - found.runs]
        if not any(run.startswith(done.recorded) for run in found.runs - old) and done.recorded:
            self.tally.lost.append(f"run {done.recorded} was reported as recorded")

    def finish(self, place: Place, case: Case) -> None:
        """Let the command come to its end, and compare what it came to."""
        usual, core = self.alone.of(case)
        done, seconds = timed(place, case)
        # The machine may have less to do by now, and kills shall go on to hit; who goes on from shards is quicker, too.
        self.alone.known[case] = (max(seconds, _AT_LEAST * usual), core)
        self.look(place, done)
        if done.status != EXIT_OK:
            self.tally.unclear.append(f"{case.name} did not end well afterwards: {done.said}")
        self.tally.damage += condition(place.database).damage
        found = place.new_cores()
        self.tally.compared += 1
        if len(found) > (self.ended_well if case.anew else 1):
            self.tally.duplicates.append(f"{case.name} was recorded {len(found)} times; at last it said: {done.said}")
        if set(found) != {core}:
            self.tally.differing.append(f"{case.name} came to {found} where {core} was due")
