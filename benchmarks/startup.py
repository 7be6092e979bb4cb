"""How soon commands that only look at something are done: wall time of whole processes, and what they import.

    python benchmarks/startup.py [--repeats 15] [--runs 10000] [--store FILE] [--json FILE]

The files are in the cache of the system: each command runs once before it is timed. The store of 10,000 runs (on five
test sets, 1,000 of them with predictions) is filled first, which takes a minute; `--store` keeps it for the next time.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bars import Bar, report  # noqa: E402
from benchmarks.board_100k_runs import fill  # noqa: E402
from ferbench.leaderboard.store import Leaderboard  # noqa: E402
from tests.leaderboard.building import build_result  # noqa: E402
from tests.test_architecture import HEAVY, SHOWN  # noqa: E402

_SETS = 5
_WITH_PREDICTIONS = 1000

#: Runs a command as a process of ferbench would, and names what it imported; what the command prints goes elsewhere.
IMPORTED = """\
import contextlib, io, sys
from ferbench.cli.app import status_of
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    status_of(sys.argv[1:])
print(len(sys.modules), *sorted({heavy} & set(sys.modules)))
"""


def main() -> None:
    """Fill the stores, time, report."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        large, small = asked.store or Path(name) / "large.sqlite", Path(name) / "small.sqlite"
        if not large.exists():
            fill(large, argparse.Namespace(runs=asked.runs, sets=_SETS, predictions=_WITH_PREDICTIONS))
        Leaderboard(small).record(build_result(1, **SHOWN))
        bars = [timed("an empty interpreter", [sys.executable, "-c", "pass"], asked.repeats)]
        for arguments_of, at_most in commands(asked.runs, large, small).items():
            bars += measured(arguments_of, at_most, asked.repeats)
    report(bars, asked.json)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--store", type=Path, help="keep the large store there, or use the one that is there")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def commands(runs: int, large: Path, small: Path) -> dict[tuple[str, ...], float | None]:
    """The commands, and the seconds that each may take."""
    bar = 1.2 if runs == 10_000 else None
    return {
        ("--help",): 0.4,
        ("run", "--help"): None,
        ("list", "models"): None,
        ("leaderboard", "--db", str(large)): bar,
        ("leaderboard", "--dataset", "rafdb", "--db", str(large)): bar,
        ("show", "--db", str(small)): None,
        ("runs", "--db", str(small)): None,
    }


def measured(command: tuple[str, ...], at_most: float | None, repeats: int) -> list[Bar]:
    """The time of a command, and how many heavy libraries it imports."""
    title = f"ferbench {' '.join(word for word in command if not word.startswith('/') and word != '--db')}"
    modules, *heavy = imported(command)
    time_bar = timed(title, [sys.executable, "-m", "ferbench", *command], repeats, at_most, f"{modules} modules")
    return [time_bar, Bar(what=f"{title}: heavy imports", value=len(heavy), unit="", at_most=0, note=", ".join(heavy))]


def timed(title: str, command: list[str], repeats: int, at_most: float | None = None, note: str = "") -> Bar:
    """The median wall time of a process."""
    wall_time(command)  # fills the cache of the system
    seconds = sorted(wall_time(command) for _ in range(repeats))
    said = ", ".join(filter(None, [note, f"{seconds[0]:.2f} to {seconds[-1]:.2f} s"]))
    return Bar(what=title, value=statistics.median(seconds), unit="s", at_most=at_most, note=said)


def wall_time(command: list[str]) -> float:
    """Seconds of a process, from its start to its end."""
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - started


def imported(command: tuple[str, ...]) -> list[str]:
    """The number of modules that a command imports, and the names of heavy ones."""
    words = [sys.executable, "-c", IMPORTED.format(heavy=HEAVY), *command]
    return subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True).stdout.split()  # noqa: S603


if __name__ == "__main__":
    main()
