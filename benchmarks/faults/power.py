"""The power fails while runs are recorded: what may be on the disk then, and what the database makes of it.

A disk keeps what was brought to it (fsync). Of the writes after that it may keep any, by the sector; of the names that
were made or removed in a folder since it was brought to the disk, any first ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from benchmarks.faults.condition import condition, outline
from benchmarks.faults.tally import Tally
from benchmarks.faults.traced import changes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from random import Random

    from benchmarks.faults.traced import Change

SECTOR = 512
#: States of the disk that chance makes at every moment, and how probably a change is kept in them.
_DRAWS = 2
_KEPT = 0.5
#: In every so many states the runs are read, not only counted.
_READ_EACH = 10
_NAME = "board.sqlite"

#: Records runs while another connection has the file open, too: nobody clears a WAL away then.
RECORD = """\
import sqlite3, sys
from pathlib import Path
from ferbench.leaderboard import file_systems
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result
path = Path({path!r})
if {shared}:
    file_systems.NETWORK = frozenset({{file_systems.type_at(path)}})
for number in range({runs}):
    result = build_result(number, n=20)
    Leaderboard(path).record(result)
    other = sqlite3.connect(path)
    other.execute("SELECT count(*) FROM run").fetchone()
    sys.stdout.write(result.run_id + " ")
    sys.stdout.flush()
"""


@dataclass(slots=True)
class File:
    """A file: what of it is on the disk for good, and the changes since then, of which any may be there."""

    settled: bytearray = field(default_factory=bytearray)
    since: list[Change] = field(default_factory=list)

    def settle(self) -> None:
        """All of it is on the disk for good."""
        self.settled = bytearray(self.after(self.since))
        self.since = []

    def after(self, kept: Iterable[Change]) -> bytes:
        """What it holds where some of the changes since then were kept."""
        content = bytearray(self.settled)
        for change in kept:
            end = change.offset + len(change.content)
            content.extend(bytes(max(0, end - len(content))))
            content[change.offset : end] = change.content
            if change.kind == "cut":
                del content[change.offset :]
        return bytes(content)

    def anyhow(self, rng: Random) -> bytes:
        """What it holds where chance says which changes were kept."""
        return self.after(part for change in self.since for part in parts(change) if rng.random() < _KEPT)


@dataclass(slots=True)
class Disk:
    """The files of one folder: those that a process sees, those of the folder when it was settled, and names since."""

    files: dict[str, File] = field(default_factory=dict)
    settled: dict[str, File] = field(default_factory=dict)
    since: list[tuple[str, File | None]] = field(default_factory=list)

    def take(self, change: Change) -> None:
        """Go on by a change."""
        if change.kind == "settle folder":
            self.settled, self.since = dict(self.files), []
        elif change.kind == "remove":
            del self.files[change.name]
            self.since.append((change.name, None))
        elif change.name not in self.files:
            self.files[change.name] = File()
            self.since.append((change.name, self.files[change.name]))
        elif change.kind == "settle":
            self.files[change.name].settle()
        elif change.kind in {"write", "cut"}:
            self.files[change.name].since.append(change)

    def states(self, rng: Random) -> Iterator[dict[str, bytes]]:
        """What the folder may hold when the power fails now: everything, what is settled, and some between."""
        yield {name: file.after(file.since) for name, file in self.files.items()}
        yield {name: bytes(file.settled) for name, file in self.settled.items()}
        for _ in range(_DRAWS):
            names = {**self.settled, **dict(self.since[: rng.randint(0, len(self.since))])}
            yield {name: file.anyhow(rng) for name, file in names.items() if file}


def parts(change: Change) -> Iterator[Change]:
    """The sectors of a write, each of which reaches the disk as a whole or not; any other change as it is."""
    if change.kind != "write":
        yield change
        return
    first = -change.offset % SECTOR
    for start in (0, *range(first or SECTOR, len(change.content), SECTOR)):
        stop = start + SECTOR - (change.offset + start) % SECTOR
        yield replace(change, offset=change.offset + start, content=change.content[start:stop])


def power_cuts(folder: Path, runs: int, rng: Random, *, shared: bool) -> Tally:
    """Cut the power after everything that recording some runs does to the disk; `shared`: as on a network disk.

    Raises:
        CannotTraceError: what a process does cannot be watched here.
    """
    tally, disk, confirmed = Tally(), Disk(), set[str]()
    seen, cut = folder / "seen", folder / "cut"
    seen.mkdir(parents=True)
    code = RECORD.format(path=str(seen / _NAME), shared=shared, runs=runs)
    for change in changes_of(code, seen, folder / "log"):
        if change.name.endswith("-shm"):
            continue
        if change.kind == "say":
            confirmed.update(change.content.decode().split())
        else:
            disk.take(change)
        for state in disk.states(rng):
            look(cut, state, confirmed, tally)
    if len(confirmed) != runs:
        tally.unclear.append(f"{len(confirmed)} of {runs} runs were seen to be recorded")
    return tally


def look(folder: Path, state: Mapping[str, bytes], confirmed: set[str], tally: Tally) -> None:
    """Open the database that a power failure left: it is sound, and has every run that was confirmed before."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, content in state.items():
        (folder / name).write_bytes(content)
    found = (outline if tally.tries % _READ_EACH else condition)(folder / _NAME)
    tally.tries += 1
    tally.hits += bool(found.runs)
    tally.damage += found.damage
    tally.lost += [f"run {run} was recorded before the power failed" for run in confirmed - found.runs]
