"""What all commands have in common: help, exit codes, pipes, colours, widths."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.dropins import MINE, dataset
from tests.cli.terminal import ended

COMMANDS = ["run", "leaderboard", "runs", "show", "predictions", "score", "verify", "invalidate", "profile", "info"]
LISTS = ["models", "datasets", "metrics", "weights", "plugins"]


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + [["list", name] for name in LISTS])
def test_every_command_explains_itself_with_an_example(call, monkeypatch, command):
    """--help ends well and shows one line to copy."""
    monkeypatch.setenv("COLUMNS", "200")
    done = call(*command, "--help")

    assert done.status == 0
    assert f"Example: ferbench {' '.join(command)}" in done.out


def test_help_names_every_command(call):
    """The overview has them all, and so does this test."""
    out = call("--help").out

    assert [name for name in [*COMMANDS, "list"] if f" {name} " not in out] == []
    assert call("-h").out == out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["list"],
        ["list", "nothing"],
        ["leaderbord"],
        ["run"],
        ["run", "--model"],
        ["show", "--no-such-option"],
        ["show", "one", "two"],
        ["leaderboard", "--label-mode", "lenient"],
        ["invalidate", "latest"],
        ["profile", "poster_v2", "--num-classes", "1"],
        ["info"],
        ["info", "nobody"],
    ],
)
def test_wrong_usage_is_exit_code_two(terminal, arguments):
    """Whatever typer thinks of it, wrong usage is 2, says something on stderr, and gives no document."""
    done = terminal.ferbench(*arguments)

    assert done.status == 2
    assert done.err.strip() or "Usage" in done.out
    assert "Traceback" not in done.err


def read_one_line(terminal, *arguments):
    """A process whose reader has seen enough after the first line."""
    process = terminal.start(*arguments)
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    return ended(process)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "metrics"],
        ["list", "metrics", "--json"],
        ["--help"],
        ["show"],
        ["predictions"],
    ],
)
def test_a_pipe_that_is_closed_early_is_no_error(recorded, arguments):
    """`| head -1` ends with 0 and without a complaint."""
    done = read_one_line(recorded.terminal, *arguments)

    assert done.status == 0
    assert done.err == ""


@pytest.fixture
def unread():
    """The writing end of a pipe that nobody reads."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    yield write_end
    os.close(write_end)


@pytest.mark.parametrize("arguments", [["list", "metrics"], ["show", "--json"], ["predictions"]])
def test_a_pipe_that_nobody_reads_is_no_error(recorded, unread, arguments):
    """Not even the first line is wanted: 0, without a complaint."""
    done = ended(recorded.terminal.start(*arguments, stdout=unread))

    assert done.status == 0
    assert done.err == ""


def test_nobody_has_to_read_stderr(recorded, unread):
    """Warnings and errors that nobody wants change neither the document nor the exit code."""
    terminal = recorded.terminal
    (terminal.folder / "plugins").mkdir()
    (terminal.folder / "plugins" / "bad.py").write_text("1 / 0", encoding="utf-8")
    warned = ended(terminal.start("list", "metrics", "--json", "--plugins-dir", "plugins", stderr=unread))
    refused = ended(terminal.start("show", "none", stderr=unread))

    assert warned.status == 0
    assert "accuracy" in {row["name"] for row in warned.json["metrics"]}
    assert refused.status == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["list", "metrics"], ["show", "--json"], ["predictions"]])
def test_a_full_disk_is_named(recorded, arguments):
    """An output that cannot be written is a fault of the place: exit 4, and no bug of ours."""
    with Path("/dev/full").open("wb") as full:
        done = ended(recorded.terminal.start(*arguments, stdout=full))

    assert done.status == 4
    assert "No space left on device" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("closed", ["1", "2"])
@pytest.mark.parametrize("arguments", ["list metrics", "runs --json", "show none"])
def test_a_process_without_outputs_ends_as_usual(recorded, arguments, closed):
    """Started with stdout or stderr closed, a command does its work and ends with its own exit code."""
    command = f"exec {sys.executable} -m ferbench {arguments} {closed}>&-"
    terminal = recorded.terminal
    done = subprocess.run(
        ["sh", "-c", command], cwd=terminal.folder, env=terminal.environment(), capture_output=True, check=False
    )

    assert done.returncode == (2 if arguments == "show none" else 0)
    assert b"Traceback" not in done.stderr


SABOTAGE = """
import ferbench.pipeline.score
ferbench.pipeline.score.label_modes = None
"""


def test_an_error_of_our_own_shows_its_traceback(terminal):
    """A fault inside ferbench, planted by a drop-in that takes a part of it away: exit 70, traceback, no run."""
    terminal.write("mine.py", MINE + SABOTAGE)
    terminal.write("pictures.py", dataset())
    plugins = ("--plugin", "mine.py", "--plugin", "pictures.py")
    done = terminal.ferbench("run", *plugins, "--model", "mine", "--dataset", "pictures", "--json", "--no-timing")

    assert done.status == 70
    assert done.out == ""
    assert "Traceback (most recent call last)" in done.err
    assert "TypeError" in done.err
    assert "This is a bug of ferbench" in done.err
    assert terminal.ferbench("runs", "--json").json["runs"] == []


def test_colours_obey_no_color(recorded):
    """No colours in a pipe; where they are forced, NO_COLOR takes them away."""
    show = recorded.terminal.ferbench
    forced = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}

    assert "\x1b" not in show("show").out
    assert "\x1b[33m" in show("show", variables=forced).out
    assert "\x1b[33m" not in show("show", variables={**forced, "NO_COLOR": "1"}).out
    assert "\x1b[31m" in show("show", "none", variables=forced).err
    assert "\x1b[31m" not in show("show", "none", variables={**forced, "NO_COLOR": "1"}).err


@pytest.mark.parametrize("columns", ["20", "60", "200"])
def test_tables_obey_columns(recorded, columns):
    """A table is never wider than COLUMNS says."""
    done = recorded.terminal.ferbench("leaderboard", variables={"COLUMNS": columns})

    assert done.status == 0
    assert max(map(len, done.out.splitlines())) <= int(columns)


@pytest.mark.parametrize("columns", ["0", "-3", "wide", ""])
def test_widths_that_mean_nothing_are_no_error(recorded, columns):
    """Whatever stands in COLUMNS, the board is shown, and what went wrong is said."""
    done = recorded.terminal.ferbench("leaderboard", variables={"COLUMNS": columns})
    refused = recorded.terminal.ferbench("show", "none", variables={"COLUMNS": columns})

    assert done.status == 0, done.err
    assert "mine" in done.out
    assert "The run 'none' was asked for." in refused.err


def test_an_ascii_terminal_gets_its_tables(recorded):
    """Where the encoding lacks a character, it is spelt out and nothing fails."""
    done = recorded.terminal.ferbench("list", "models", variables={"PYTHONIOENCODING": "ascii"})

    assert done.status == 0, done.err
    assert "poster_v2" in done.out


def test_options_can_be_set_in_the_environment(recorded):
    """FERBENCH_COMMAND_OPTION, as the help says."""
    done = recorded.terminal.ferbench("runs", variables={"FERBENCH_RUNS_JSON": "1", "FERBENCH_RUNS_MODEL": "other"})

    assert done.json["runs"] == []


def test_the_command_is_installed(recorded):
    """`ferbench` and `python -m ferbench` are one."""
    command = Path(sys.executable).with_name("ferbench")
    done = subprocess.run([command, "list", "metrics", "--json"], capture_output=True, text=True, check=True)

    assert done.stdout == recorded.terminal.ferbench("list", "metrics", "--json").out
