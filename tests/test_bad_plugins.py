"""Every plugin of tests/bad_plugins: the message and the exit code that its own docstring states, and nobody else hurt.

All of them run in this one process, one after the other, which a good run after each must not notice.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ferbench.cli.app import status_of
from ferbench.plugin_manager.process_state import ProcessState
from tests.cli.terminal import Done, Terminal

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "bad_plugins"
GOOD = FOLDER / "good" / "good.py"
GOOD_RUN = ("run", "--model", "good", "--dataset", "pictures", "--no-timing", "--no-record", "--json")
#: Metrics are what good runs are scored with; the other plugins of ferbench would only take time.
ENVIRONMENT = {"FERBENCH_LOAD_PLUGINS": "metrics", "PYTHONPATH": str(ROOT)}


#: What typer changes whenever a command runs.
BY_TYPER = {"the hook for errors"}


@dataclass(frozen=True)
class Bad:
    """A bad plugin, and what its docstring says: the command that meets it, how that ends, what it says."""

    path: Path
    command: tuple[str, ...]
    status: int
    says: str

    @property
    def isolated(self) -> bool:
        """Whether only a process of its own survives it."""
        return "--isolate" in self.command

    @property
    def arguments(self) -> list[str]:
        """The command with what it needs."""
        run = ("--no-timing", "--no-record") if self.command[0] == "run" else ()
        metric = ("--metric", "right") if run and "--metric" not in self.command else ()
        return [*self.command, "--plugin", str(self.path), "--plugin", str(GOOD), *run, *metric]


def bad(path):
    """The plugin of a file."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    found = re.search(r"^\$ ferbench (?P<command>.+)\nexit (?P<status>\d+):(?P<says>.*)$", text, re.MULTILINE)
    return Bad(path, tuple(found["command"].split()), int(found["status"]), found["says"].strip())


#: What the plugins are made of, and no plugins themselves.
SHARED = {"everybodys.py", "parts.py"}
CORPUS = [bad(path) for path in sorted(FOLDER.glob("*.py")) if path.name not in SHARED]


@pytest.fixture
def call(capfd, monkeypatch):
    """The command line in this process."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        status = status_of([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Done(status, out, err)

    return run


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """core_sha256 of the good run, in a process that never met a bad plugin."""
    done = Terminal(tmp_path_factory.mktemp("terminal")).ferbench(*GOOD_RUN, "--plugin", GOOD, variables=ENVIRONMENT)
    assert done.status == 0, done.err
    return done.json["core_sha256"]


def test_the_corpus_is_large_enough():
    """At least forty plugins, each with a fault of its own."""
    assert len(CORPUS) >= 40


@pytest.mark.parametrize("bad", CORPUS, ids=[item.path.stem for item in CORPUS])
def test_a_bad_plugin_ends_as_it_says_and_hurts_nobody(bad, call, alone, tmp_path):
    """Exit code and message of its docstring, plugin and origin named, and the good run beside it as it was alone."""
    before = quiet_state(call)
    done = call(*bad.arguments)

    assert done.status == bad.status, done.err
    assert bad.says in done.out + done.err
    assert "Traceback" not in done.err or bad.isolated
    if bad.status == 2:
        assert_named(bad, done.err)
    assert set(before.restore()) <= BY_TYPER
    beside = [GOOD] if bad.isolated else [GOOD, bad.path]
    for path in beside:
        shutil.copy(path, tmp_path)
    good = call(*GOOD_RUN, "--plugins-dir", tmp_path)
    assert good.status == 0, good.err
    assert good.json["core_sha256"] == alone
    assert set(before.restore()) <= BY_TYPER


def quiet_state(call):
    """The state of this process, once everything is imported that a run imports."""
    if not {"fvcore", "ferbench.leaderboard.writing"} <= sys.modules.keys():
        call(*GOOD_RUN, "--plugin", GOOD)
    return ProcessState.taken()


def assert_named(bad, message):
    """The three parts of an error, and who is to blame for it."""
    assert [line for line in message.splitlines() if line.startswith(" asked: ")]
    assert [line for line in message.splitlines() if line.startswith(" found: ")]
    assert [line for line in message.splitlines() if line.startswith(" to do: ")]
    if not bad.path.name.startswith("rows_"):
        assert bad.path.stem in message
        assert f"{bad.path} drop-in" in message


def test_a_run_leaves_out_a_broken_metric_that_nobody_asked_for(call):
    """The run stands, its warnings say which metric it lacks and why; asked for by name it is fatal."""
    plugins = ("--plugin", GOOD, "--plugin", FOLDER / "metric_infinite.py")
    done = call(*GOOD_RUN, *plugins)

    assert done.status == 0, done.err
    assert "bad" not in done.json["scores"]["strict"]
    assert "right" in done.json["scores"]["strict"]
    (warning,) = [text for text in done.json["warnings"] if text.startswith("without the scores of bad")]
    assert "'metric_infinite'" in warning
    assert "infinity" in warning
    assert call(*GOOD_RUN, *plugins, "--metric", "bad").status == 2


def test_ferbench_keeps_its_own_names(call, tmp_path):
    """A plugin of a folder that takes one is left out with a warning that names both."""
    shutil.copy(FOLDER / "name_of_ours.py", tmp_path)
    done = call("list", "metrics", "--json", "--plugins-dir", tmp_path)

    (accuracy,) = [row for row in done.json["metrics"] if row["name"] == "accuracy"]
    assert accuracy["plugin"] == "metrics"
    assert "'name_of_ours'" in done.err
    assert "'metrics'" in done.err


def test_the_state_of_the_process_is_put_back_part_by_part(call):
    """What a plugin changed while it was imported is named by the trace; nothing of it is left."""
    environment = dict(os.environ)
    done = call("list", "models", "--plugin", FOLDER / "changes_at_import.py")
    os.environ["FERBENCH_TRACE_PLUGINS"] = "1"
    traced = call("list", "models", "--plugin", FOLDER / "changes_at_import.py")
    del os.environ["FERBENCH_TRACE_PLUGINS"]

    assert done.status == traced.status == 0
    (line,) = [line for line in traced.err.splitlines() if "put back what it had changed" in line]
    for part in ("working directory", "environment variables", "sys.path", "torch's default type", "torch's threads"):
        assert part in line
    assert dict(os.environ) == environment
