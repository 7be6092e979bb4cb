"""A database on a file system that several machines share: every command says so, once."""

from __future__ import annotations

import json

import pytest

from ferbench.leaderboard import file_systems
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result


@pytest.mark.parametrize("command", [["runs", "--json"], ["show", "--json"], ["leaderboard", "--json"], ["verify"]])
def test_a_command_says_once_that_the_disk_is_shared(call, tmp_path, monkeypatch, command):
    """One line on stderr with the reason and the way out; the document on stdout is as ever."""
    Leaderboard(tmp_path / "board.sqlite").record(build_result(1))
    monkeypatch.setattr(file_systems, "type_at", lambda _: "lustre")
    done = call(*command)

    said = [line for line in done.err.splitlines() if "network file system" in line]
    assert len(said) == 1
    assert said[0].startswith("warning: ")
    assert "(lustre)" in said[0]
    assert "PostgreSQL" in said[0]
    if "--json" in command:
        assert json.loads(done.out)


def test_a_command_on_a_local_disk_says_nothing(call, tmp_path, monkeypatch):
    """No line where the database lies on a disk of this machine."""
    Leaderboard(tmp_path / "board.sqlite").record(build_result(1))
    monkeypatch.setattr(file_systems, "type_at", lambda _: "ext4")

    assert call("runs", "--json").err == ""
