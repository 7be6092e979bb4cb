"""What is kept for other processes: whole or not at all, the user's own, and not without end."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from ferbench.errors import UsageError
from ferbench.pipeline.engine.artifacts import Artifacts


def test_what_was_written_is_read(tmp_path):
    """Byte by byte, by its key, from a folder that is the user's alone."""
    kept = Artifacts(tmp_path / "new" / "graphs")
    assert kept.read("a") is None
    assert not kept.has("a")
    kept.write("a", b"one")
    kept.write("b", b"")
    assert (kept.read("a"), kept.read("b"), kept.read("c")) == (b"one", b"", None)
    assert kept.has("a")
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert len(list(kept.folder.iterdir())) == 2


def test_those_that_were_used_last_stay(tmp_path):
    """Being read counts as use."""
    kept = Artifacts(tmp_path, kept=2)
    tmp_path.chmod(0o700)
    for second, key in enumerate("abc"):
        kept.write(key, key.encode())
        os.utime(next(tmp_path.glob(f"{key}*")), (second, second))
        kept.read("a")
    assert [key for key in "abc" if kept.has(key)] == ["a", "c"]


def test_many_writers_of_one_key_leave_one_whole_file(tmp_path):
    """Nobody ever reads half of it."""
    kept = Artifacts(tmp_path / "graphs")
    data = bytes(range(256)) * 2000
    kept.write("a", data)
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(kept.write, "a", data) for _ in range(40)]
        assert {kept.read("a") for _ in range(40)} == {data}
        assert {write.result() for write in writes} == {None}
    assert len(list(kept.folder.iterdir())) == 1


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give folders away")
def test_a_folder_of_somebody_else_is_refused(tmp_path):
    """For reading as for writing; a link to it, too."""
    kept = Artifacts(tmp_path / "graphs")
    kept.write("a", b"theirs")
    (tmp_path / "link").symlink_to(kept.folder)
    os.chown(kept.folder, 12345, -1)
    for folder in (kept, Artifacts(tmp_path / "link")):
        with pytest.raises(UsageError, match="belongs to another user"):
            folder.read("a")
        with pytest.raises(UsageError, match="belongs to another user"):
            folder.write("a", b"mine")


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    """A file in the place of the folder is no reason to stop a run."""
    (tmp_path / "graphs").write_text("")
    kept = Artifacts(tmp_path / "graphs")
    kept.write("a", b"one")
    assert kept.read("a") is None
