"""A disk of its own that is nearly full, and commands that want to write to it."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from benchmarks.faults.commands import Place
from benchmarks.faults.condition import condition, outline
from benchmarks.faults.tally import Tally
from ferbench.errors import EXIT_OK, LeaderboardError
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from benchmarks.faults.commands import Case, Drill, Ended

_SIZE = 4 << 20
#: A disk is left with at most so many bytes: about what a first run needs.
_MOST_LEFT = 200_000
#: The same for a further run.
_MOST_LEFT_TO_RECORD = 150_000
_NUMBERS = "accuracy"


class MayNotMountError(Exception):
    """This user, or this machine, allows no mount."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 4 MiB in memory on a folder.

    Raises:
        MayNotMountError: only root may, and not everywhere.
    """
    folder.mkdir(parents=True)
    try:
        done = subprocess.run(  # noqa: S603
            ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "ferbench-drill", folder],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise MayNotMountError(str(error)) from error
    if done.returncode != 0:
        raise MayNotMountError(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)  # noqa: S603, S607


def full_disk(drill: Drill, times: int, cases: tuple[Case, ...]) -> Tally:
    """Run a command on disks with little room for its database and its cache, until `times` of them did not suffice.

    After each it is run again with enough room.

    Raises:
        MayNotMountError: see `small_disk`.
    """
    while drill.tally.hits < times:
        folder = drill.folder / f"disk_{drill.tally.tries}"
        with small_disk(folder):
            one_disk(drill, Place.at(folder), cases[drill.tally.tries % len(cases)])
    return drill.tally


def one_disk(drill: Drill, place: Place, case: Case) -> None:
    """Fill a disk up to some random bytes, run, look; make room, and run to the end."""
    filling = place.folder / "filling"
    fill(filling, leave=drill.rng.randrange(_MOST_LEFT))
    done = place.run(case)
    drill.tally.tries += 1
    drill.tally.hits += done.status != EXIT_OK
    drill.look(place, done)
    drill.tally.damage += condition(place.database).damage
    drill.tally.unclear += unclear(done)
    filling.unlink()
    drill.finish(place, case)


def full_recordings(folder: Path, times: int, rng: Random) -> Tally:
    """Record runs in this process on one disk, which is filled to a random byte before each and emptied after it.

    Raises:
        MayNotMountError: see `small_disk`.
    """
    tally, confirmed = Tally(), set[str]()
    with small_disk(folder):
        path, filling = folder / "board.sqlite", folder / "filling"
        board = Leaderboard(path)
        board.prepare()
        for number in range(times):
            result = build_result(number, n=20)
            fill(filling, leave=rng.randrange(_MOST_LEFT_TO_RECORD))
            with suppress(LeaderboardError):
                board.record(result)
                confirmed.add(result.run_id)
            tally.damage += outline(path).damage
            filling.unlink()
        found = condition(path)
    tally.tries, tally.hits = times, times - len(confirmed)
    tally.damage += found.damage
    tally.lost += [f"run {run} is gone" for run in confirmed - found.runs]
    tally.unclear += [f"run {run} is there, and was refused" for run in found.runs - confirmed]
    return tally


def unclear(done: Ended) -> list[str]:
    """What is wrong with how a command ended that may have found the disk full: its result must not be lost with it."""
    if done.status == EXIT_OK:
        return []
    if done.status != LeaderboardError.exit_code or "disk is full" not in done.said:
        return [f"a full disk ended with {done.status}: {done.said}"]
    if _NUMBERS not in done.said and "asked: The leaderboard" not in done.said:
        return [f"a full disk took the numbers with it: {done.said}"]
    return []


def fill(path: Path, leave: int) -> None:
    """Fill the disk of a file with the file, up to some bytes."""
    path.write_bytes(bytes(max(0, shutil.disk_usage(path.parent).free - leave)))
