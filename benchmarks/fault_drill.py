"""What is left of a store after everything that can happen to it in the middle of the night.

    python benchmarks/fault_drill.py [--kills 100] [--full-disk 20] [--writers 8] [--runs 400] [--json FILE]

Commands `ferbench run` are killed (-9) and interrupted (Ctrl-C) at random moments, or the worker of an isolated one is,
or they run on disks of their own that are full to a random byte. After each the database is opened and searched for
damage, for runs that were confirmed and are gone, and for runs in parts; then the same command is left to come to its
end, and must come to what a command that nothing disturbed came to. Processes that do nothing but record are treated
like that, too, and several record into one file. The power is cut after everything that recording does to a disk, with
and without a WAL: see `faults/power.py`.

Full disks need the right to mount, power cuts need `strace`; without them it says so, and leaves them out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import Bar, report
from benchmarks.faults.commands import INTERRUPT, ISOLATED, KILL, KILL_WORKER, LONG, QUICK, Alone, Drill
from benchmarks.faults.full_disk import MayNotMountError, full_disk, full_recordings
from benchmarks.faults.power import power_cuts
from benchmarks.faults.recording import killed_recordings, recorded_together
from benchmarks.faults.traced import CannotTraceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.faults.tally import Tally

#: Runs that are recorded while the power is cut.
_RUNS_IN_THE_DARK = 3


def main() -> None:
    """Do it all, and report."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        tallies = {title: tally for title, tally in drills(asked, Path(name)).items() if tally.tries}
    for title, tally in tallies.items():
        for text in (*tally.lost, *tally.damage, *tally.duplicates, *tally.differing, *tally.unclear):
            print(f"{title}: {text}", file=sys.stderr)
    report(bars(tallies), asked.json)


def arguments() -> argparse.Namespace:
    """What is asked for; 0 leaves a drill out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="kills of commands")
    parser.add_argument("--interrupts", type=int, default=20, help="commands that get a Ctrl-C")
    parser.add_argument("--workers", type=int, default=10, help="kills of the worker that --isolate starts")
    parser.add_argument("--recordings", type=int, default=500, help="kills of processes that only record")
    parser.add_argument(
        "--full-disk", type=int, default=20, help="commands on a full disk; ten times as many recordings"
    )
    parser.add_argument("--writers", type=int, default=8, help="processes that record into one file")
    parser.add_argument("--runs", type=int, default=400, help="runs that they record together")
    parser.add_argument("--power-cuts", type=int, default=_RUNS_IN_THE_DARK, help="runs that are recorded meanwhile")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def drills(asked: argparse.Namespace, folder: Path) -> dict[str, Tally]:
    """What came of each drill, by its title."""
    rng = Random(asked.seed)  # noqa: S311 - chance, no secret
    alone = Alone(folder / "alone")
    killed, interrupted, workers = (Drill(folder / name, rng, alone) for name in ("kills", "interrupts", "workers"))
    return {
        "recordings, killed": killed_recordings(folder / "killed.sqlite", asked.recordings, rng),
        f"recordings of {asked.writers} processes": recorded_together(folder / "all.sqlite", asked.writers, asked.runs),
        **dark(asked, folder, rng),
        "commands, killed": killed.stop(KILL, asked.kills, (QUICK, LONG)),
        "commands, interrupted": interrupted.stop(INTERRUPT, asked.interrupts, (QUICK, LONG)),
        "commands, worker killed": workers.stop(KILL_WORKER, asked.workers, (ISOLATED,)),
        **full(asked, folder, rng, alone),
    }


def dark(asked: argparse.Namespace, folder: Path, rng: Random) -> dict[str, Tally]:
    """Power cuts, where processes can be watched."""
    if not asked.power_cuts:
        return {}
    try:
        return {
            "recordings, power cut": power_cuts(folder / "local", asked.power_cuts, rng, shared=False),
            "the same on a network disk": power_cuts(folder / "shared", asked.power_cuts, rng, shared=True),
        }
    except CannotTraceError as error:
        print(f"power cuts are left out: {error}", file=sys.stderr)
        return {}


def full(asked: argparse.Namespace, folder: Path, rng: Random, alone: Alone) -> dict[str, Tally]:
    """Full disks, where mounting is allowed."""
    if not asked.full_disk:
        return {}
    try:
        return {
            "recordings, disk full": full_recordings(folder / "disk", 10 * asked.full_disk, rng),
            "commands, disk full": full_disk(Drill(folder / "disks", rng, alone), asked.full_disk, (QUICK, LONG)),
        }
    except MayNotMountError as error:
        print(f"full disks are left out, mounting them takes root: {error}", file=sys.stderr)
        return {}


def bars(tallies: Mapping[str, Tally]) -> list[Bar]:
    """What was tried, and what came of all of it against what is asked: nothing lost, damaged, twice or different."""
    tried = [
        Bar(
            what=title,
            value=tally.tries,
            unit="tries",
            note=f"{tally.hits} stopped or refused, {tally.resumable} resumable",
        )
        for title, tally in tallies.items()
    ]
    every = list(tallies.values())
    counts = {
        "runs lost": sum(len(tally.lost) for tally in every),
        "databases damaged, or with a run in parts": sum(len(tally.damage) for tally in every),
        "runs twice": sum(len(tally.duplicates) for tally in every),
        "commands that ended otherwise than they should": sum(len(tally.unclear) for tally in every),
    }
    compared = sum(tally.compared for tally in every)
    same = compared - sum(len(tally.differing) for tally in every)
    identical = Bar(
        what="results after a stop that are those without one",
        value=100 * same / compared if compared else 100,
        unit="%",
        at_least=100,
        note=f"{same} of {compared}",
    )
    return [*tried, *(Bar(what=what, value=n, unit="", at_most=0) for what, n in counts.items()), identical]


if __name__ == "__main__":
    main()
