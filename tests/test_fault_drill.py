"""Killed, interrupted, out of space, out of power: the store opens, holds whole runs alone, and loses none.

The drill itself is `benchmarks/fault_drill.py`, here with few tries; that it finds what it looks for is shown first.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from benchmarks.faults.condition import condition, outline
from benchmarks.faults.power import Disk, power_cuts
from benchmarks.faults.traced import CannotTraceError, Change, changes, changes_of
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result

ROOT = Path(__file__).parents[1]


@pytest.fixture
def recorded(tmp_path):
    """A database with three whole runs."""
    path = tmp_path / "board.sqlite"
    for seed in range(3):
        Leaderboard(path).record(build_result(seed, n=20))
    return path


def test_a_sound_database_has_no_damage(recorded, tmp_path):
    """Whole runs are found, nothing is wrong with them, and where no database is there are none."""
    assert condition(recorded).damage == ()
    assert condition(recorded).runs == {build_result(seed, n=20).run_id for seed in range(3)}
    assert outline(tmp_path / "none.sqlite").runs == frozenset()


@pytest.mark.parametrize("table", ["cost", "prediction", "correctness", "score"])
def test_a_half_run_is_found(recorded, table):
    """A run without one of its parts is damage at the first look."""
    with closing(sqlite3.connect(recorded)) as connection:
        connection.execute(f"DELETE FROM {table} WHERE run_id = (SELECT max(run_id) FROM run)")
        connection.commit()

    assert any(f"has no {table}" in text for text in outline(recorded).damage)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE score SET value = value / 2 WHERE metric = 'uar'",
        "DELETE FROM score WHERE metric = 'nll'",
        "UPDATE run SET record = replace(record, 'rafdb', 'other')",
        "UPDATE prediction SET outputs = substr(outputs, 1, 100)",
        "UPDATE cost SET cost_key = 'other'",
    ],
)
def test_a_changed_run_is_found(recorded, statement):
    """So is one whose parts are there and are not those that were recorded, once they are read."""
    with closing(sqlite3.connect(recorded)) as connection:
        connection.execute(statement)
        connection.commit()

    assert len(condition(recorded).damage) >= 3


def test_a_cut_off_file_is_found(recorded):
    """A database that lost its end is damage."""
    recorded.write_bytes(recorded.read_bytes()[:-20_000])

    assert outline(recorded).damage


def test_a_disk_keeps_what_was_settled_and_perhaps_the_rest():
    """Of a file that was brought to the disk and written to again, both are possible; its name goes with the folder."""
    disk, rng = Disk(), Random(0)
    for change in (Change("make", "a"), Change("write", "a", 0, b"one"), Change("settle", "a")):
        disk.take(change)
    assert list(disk.states(rng))[:2] == [{"a": b"one"}, {}]

    disk.take(Change("settle folder"))
    disk.take(Change("write", "a", 3, b"two"))
    assert list(disk.states(rng))[:2] == [{"a": b"onetwo"}, {"a": b"one"}]

    disk.take(Change("remove", "a"))
    assert list(disk.states(rng))[:2] == [{}, {"a": b"one"}]


def test_what_a_process_does_is_read_from_its_trace():
    """Calls on files of the folder, by name, place and content, and what was said; nothing of other folders."""

    def text(value):
        return "".join(f"\\x{byte:02x}" for byte in value.encode())

    lines = [
        f'7 openat(AT_FDCWD<{text("/")}>, "{text("/d/b")}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3<{text("/d/b")}>',
        f'7 openat(AT_FDCWD<{text("/")}>, "{text("/d/c")}", O_RDWR|O_CREAT, 0644) = -1 ENOSPC (No space)',
        f'7 pwrite64(3<{text("/d/b")}>, "{text("hello, 5")}", 8, 4096) = 8',
        f'7 pwrite64(4<{text("/e/b")}>, "{text("hello, 5")}", 8, 4096) = 8',
        f"7 ftruncate(3<{text('/d/b')}>, 100) = 0",
        f"7 fdatasync(3<{text('/d/b')}>) = 0",
        f'7 unlink("{text("/d/b")}") = 0',
        f"7 fsync(5<{text('/d')}>) = 0",
        f'7 write(1<{text("pipe:[1]")}>, "{text("id ")}", 3) = 3',
        "7 +++ exited with 0 +++",
    ]

    assert list(changes(lines, Path("/d"))) == [
        Change("make", "b"),
        Change("write", "b", 4096, b"hello, 5"),
        Change("cut", "b", 100),
        Change("settle", "b"),
        Change("remove", "b"),
        Change("settle folder"),
        Change("say", content=b"id "),
    ]


@pytest.mark.parametrize("shared", [False, True], ids=["local", "network"])
def test_no_power_cut_takes_a_recorded_run(tmp_path, shared):
    """Whatever of the writes since the last fsync is kept, confirmed runs are there, whole."""
    try:
        changes_of("pass", tmp_path, tmp_path / "log")
    except CannotTraceError as error:
        pytest.skip(f"this machine cannot watch what a process writes: {error}")
    tally = power_cuts(tmp_path / "dark", 2, Random(1), shared=shared)

    assert (tally.lost, tally.damage, tally.unclear) == ([], [], [])
    assert tally.tries > tally.hits > 100


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_short_drill_finds_nothing(tmp_path):
    """Commands and recordings that are killed, interrupted, out of space: nothing lost, damaged, twice or different."""
    sizes = "--kills 1 --interrupts 1 --workers 0 --recordings 30 --full-disk 1 --writers 4 --runs 24 --power-cuts 0"
    command = [sys.executable, "benchmarks/fault_drill.py", *sizes.split(), "--json", str(tmp_path / "bars.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    bars = json.loads((tmp_path / "bars.json").read_text(encoding="utf-8"))
    assert len(bars) >= 9
    assert [bar for bar in bars if not bar["holds"]] == [], done.stderr


def test_where_nobody_may_mount_it_says_so(tmp_path):
    """Without the right to mount, full disks are left out with a line that says why."""
    stub = tmp_path / "mount"
    stub.write_text("#!/bin/sh\necho only root can do that >&2\nexit 1\n", encoding="utf-8")
    stub.chmod(0o755)
    code = (
        "from random import Random; from argparse import Namespace; from pathlib import Path\n"
        "from benchmarks.fault_drill import full\n"
        f"print(full(Namespace(full_disk=1), Path({str(tmp_path)!r}) / 'new', Random(0), None))"
    )
    environment = {"PATH": f"{tmp_path}:{shutil.which('sh')}", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout == "{}\n", done.stderr
    assert "full disks are left out" in done.stderr
    assert "only root can do that" in done.stderr
