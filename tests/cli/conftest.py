"""A terminal for every module, and one recorded run that whoever only looks at a run shares."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ferbench.cli.app import status_of
from tests.cli.dropins import MINE
from tests.cli.terminal import Done, Terminal
from tests.drawing import folder_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Pictures by folder; a spreadsheet would take the ids of the last one for formulas.
TREE = {"happy": 8, "neutral": 8, "-sad": 8}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that was recorded by `ferbench run --json`, and the terminal that it was started in."""

    terminal: Terminal
    done: Done

    @property
    def document(self) -> dict[str, Any]:
        """What the run printed."""
        return self.done.json


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> Recorded:
    """A complete run of a fifteen-line drop-in on 24 pictures, with timing; the pictures are deleted afterwards."""
    terminal = Terminal(tmp_path_factory.mktemp("recorded"))
    tree = folder_tree(terminal.folder / "tree", TREE)
    plugin = terminal.write("mine.py", MINE)
    arguments = ("--model", "mine", "--dataset", "folder", "--data-root", tree, "--json")
    done = terminal.ferbench("run", "--plugin", plugin, *arguments)
    assert done.status == 0, done.err
    shutil.rmtree(tree)
    return Recorded(terminal, done)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory) -> Terminal:
    """A terminal of the module's own."""
    return Terminal(tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="module")
def tree(terminal) -> Path:
    """24 pictures of three classes in the terminal's folder."""
    return folder_tree(terminal.folder / "tree", TREE)


@pytest.fixture
def call(capsys, monkeypatch, tmp_path) -> Callable[..., Done]:
    """The command line in this process, where torch is loaded already: quick enough for all that may be wrong."""
    monkeypatch.setenv("FERBENCH_DB", str(tmp_path / "board.sqlite"))

    def run(*arguments: object) -> Done:
        status = status_of([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return run
