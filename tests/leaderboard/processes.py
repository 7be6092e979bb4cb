"""What the tests run in processes of their own: writers that stop in the middle, and users without rights."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import event

from ferbench.errors import FerbenchError
from ferbench.leaderboard import file_systems
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result

ROOT = Path(__file__).resolve().parents[2]
_NOBODY = 65534


def start(call: str, **options) -> subprocess.Popen[str]:
    """A process that runs one call of this module."""
    # A job in the background ignores Ctrl+C, and hands that down to its children.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heard}; from tests.leaderboard.processes import *; {call}"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes, **options)


def finished(process: subprocess.Popen[str]) -> str:
    """What a process printed, once it ended well."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output


def say(line: str) -> None:
    """Tell the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def record_many(path: str, first: int, count: int) -> None:
    """Record runs one after the other, as soon as the others are ready too."""
    results = [build_result(seed, n=20) for seed in range(first, first + count)]
    say("ready")
    sys.stdin.readline()
    for result in results:
        Leaderboard(path).record(result)


def record_and_stop_after(path: str, statement: str, seed: int) -> None:
    """Record a run, and fall asleep after the first statement that starts like that."""
    board = Leaderboard(path)

    def stop(*args: object) -> None:
        if " ".join(str(args[2]).split()).startswith(statement):
            say("in the middle")
            time.sleep(60)

    event.listen(board.database._writer, "after_cursor_execute", stop)
    board.record(build_result(seed))


def use_without_rights(path: str) -> None:
    """Read a board, then write to it, as somebody to whom permissions apply; root is not."""
    result, board = build_result(9), Leaderboard(path)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    say(f"{[run.model for run in board.runs()]} {[row.model for item in boards(board) for row in item.rows]}")
    withdrawals = [lambda: board.invalidate("latest", "wrong")] if board.runs() else []
    for use in (board.prepare, lambda: board.record(result), *withdrawals):
        try:
            use()
        except FerbenchError as error:
            say("|".join([type(error).__name__, str(error.exit_code), error.asked, error.found, error.todo]))


def as_on_a_network(path: str) -> None:
    """Take the file system that a path lies on for one that several machines share."""
    file_systems.NETWORK = frozenset({file_systems.type_at(Path(path))})


def use_a_full_disk(path: str) -> None:
    """Read a board and write to it while no file may grow beyond 16 kB, as on a disk without room."""
    board, result = Leaderboard(path), build_result(9)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 10, resource.RLIM_INFINITY))
    say(f"{[run.model for run in board.runs()]}")
    try:
        board.record(result)
    except FerbenchError as error:
        say(error.found)
    say(f"{[run.model for run in board.runs()]}")
