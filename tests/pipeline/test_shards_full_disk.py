"""A disk that is full: a real one of few pages, in a mount namespace of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.pipeline.ended_runs import Ended, Runs

#: Gives a process and its children alone a small disk on a folder.
MOUNT = 'mount -t tmpfs -o size=24k tmpfs "$0" && exec "$@"'
NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")


def test_a_full_disk(tmp_path):
    """A run goes on without shards, says so once, comes to its end, and is recorded elsewhere."""
    runs = Runs(tmp_path)
    whole = runs.run()
    disk = runs.folder / "disk"
    disk.mkdir()
    environment = os.environ | runs.variables(FERBENCH_CACHE=str(disk), FERBENCH_DB=str(tmp_path / "another.sqlite"))

    def on_disk(*command):
        words = (*NAMESPACE, "sh", "-c", MOUNT, disk, *command)
        return subprocess.run(words, cwd=runs.folder, env=environment, capture_output=True, text=True, check=False)

    if shutil.which("unshare") is None or on_disk("true").returncode != 0:
        pytest.skip("this machine lets nobody mount a disk; tests/pipeline/test_shards.py has the errors of the system")
    done = on_disk(sys.executable, "-m", "ferbench", *runs.arguments())
    full = Ended(done.returncode, done.stdout, done.stderr)

    assert full.bits == whole.bits
    assert full.err.count("No space left on device") == 1
    assert "recorded as" in full.err
