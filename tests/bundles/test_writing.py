"""A bundle on the disk: whole, in its place, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferbench.bundles.reading import read_bundle
from ferbench.bundles.writing import write_bundle, write_whole


def test_what_is_written_is_given(shared, catalog, tmp_path):
    """It is what a reader finds, and nothing else lies in the folder."""
    path = tmp_path / "run.ferbench"
    given = write_bundle(shared.leaderboard, "latest", catalog, path)

    assert given.sha256 == read_bundle(path).sha256 == read_bundle(shared.path).sha256
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    """The file that it leads to is the one that is written."""
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "there" / "file")
    write_whole(link, b"new")

    assert link.is_symlink()
    assert (tmp_path / "there" / "file").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced():
    """Nobody loses /dev/null over a bundle."""
    write_whole(Path("/dev/null"), b"new")

    assert Path("/dev/null").is_char_device()


def test_what_cannot_be_finished_leaves_the_old_file(tmp_path, monkeypatch):
    """Interrupted at the last moment: what was there is there, and nothing else."""
    path = tmp_path / "run.ferbench"
    path.write_bytes(b"old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
