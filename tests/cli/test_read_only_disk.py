"""A data set on a disk that cannot be written: a real read-only mount, in a mount namespace of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.dropins import MINE
from tests.drawing import folder_tree

#: Makes a folder read-only as a disk is, for one process and its children alone, and shows that it is.
MOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && ! touch "$0/written" 2> /dev/null && exec "$@"'
NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")


@pytest.fixture(scope="module")
def disk(terminal):
    """A tree with a training and a test split, and one picture that leaks."""
    counts = {f"{split}/{name}": 4 for split in ("train", "test") for name in ("happy", "sad")}
    root = folder_tree(terminal.folder / "disk", counts)
    shutil.copy(root / "train" / "sad" / "0000.jpg", root / "test" / "sad" / "0000.jpg")
    return root


@pytest.fixture
def on_disk(terminal, disk):
    """A process of ferbench for which the disk is read-only."""

    def run(*command):
        words = (*NAMESPACE, "sh", "-c", MOUNT, disk, *command)
        environment = terminal.environment()
        return subprocess.run(words, cwd=terminal.folder, env=environment, capture_output=True, text=True, check=False)

    if shutil.which("unshare") is None or run("true").returncode != 0:
        pytest.skip(
            "this machine lets nobody mount a folder read-only; tests/doctor/test_bad_input.py takes rights away"
        )
    return lambda *arguments: run(sys.executable, "-m", "ferbench", *map(str, arguments))


def state(disk):
    """Every file and folder with its time of change."""
    return {path: path.stat().st_mtime_ns for path in (disk, *disk.rglob("*"))}


def test_it_is_checked(on_disk, disk):
    """The check finds what is there, and leaves everything as it was."""
    before = state(disk)
    done = on_disk("data", "check", "folder", "--data-root", disk, "--json")

    assert done.returncode == 1, done.stderr
    found = [item["kind"] for item in json.loads(done.stdout)["findings"] if item["severity"] != "note"]
    assert found == ["exact-leak"]
    assert state(disk) == before


def test_it_is_evaluated(on_disk, disk, terminal):
    """So does a run, with a search for leaks, and it is recorded elsewhere."""
    before = state(disk)
    plugin = terminal.write("mine.py", MINE)
    asked = ("--model", "mine", "--plugin", plugin, "--dataset", "folder", "--split", "test", "--data-root", disk)
    done = on_disk("run", *asked, "--exclude-leaks", "--no-timing", "--json")

    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["n"], record["status"], record["leaks"]["n"]) == (8, "complete", 1)
    assert state(disk) == before


def test_nothing_is_unpacked_onto_it(on_disk, disk, terminal):
    """Writing to it is refused in the words of the system, with exit 4."""
    release = terminal.folder / "downloads"
    release.mkdir()
    (release / "list_patition_label.txt").write_text("test_0001.jpg 1\n", encoding="utf-8")
    shutil.make_archive(str(release / "aligned"), "zip", disk / "test" / "sad")
    done = on_disk("data", "prepare", "rafdb", "--from", release, "--data-root", disk)

    assert done.returncode == 4, done.stderr
    assert "Read-only file system" in done.stderr
