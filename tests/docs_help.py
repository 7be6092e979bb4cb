"""The page of all commands, with their real help. After a change of the command line write it anew:

python -m tests.docs_help > docs/reference/commands.md
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the shape of a help text depends on; everything else that could colour it is taken away.
FIXED = {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
COLOURING = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH")

INTRODUCTION = """# Commands

What `ferbench COMMAND --help` says, kept current by a test. Every command has `-h` too. Options that several commands
share mean the same everywhere; [configuration](configuration.md) says where data, weights and the leaderboard are
looked for, and [exit codes](exit-codes.md) how commands end.

Where there is a `--json`, it puts one JSON document with a `schema_version` on stdout, and everything for people on
stderr.
"""


def fixed_environment() -> dict[str, str]:
    """The environment in which help texts look the same everywhere."""
    return {name: value for name, value in os.environ.items() if name not in COLOURING} | FIXED


def page() -> str:
    """The whole page."""
    sections = [
        f"## ferbench {' '.join(words)}".rstrip() + f"\n\n```text\n{help_text(words)}\n```\n" for words in commands()
    ]
    return "\n".join([INTRODUCTION, *sections])


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every command and group, in the order of the help: () for `ferbench` itself."""
    yield from below((), root())


def below(words: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:
    """A command and, if it is a group, all commands in it."""
    yield words
    for name, child in getattr(command, "commands", {}).items():
        yield from below((*words, name), child)


def root() -> Any:
    """The `ferbench` command."""
    import typer

    from ferbench.cli.app import app

    return typer.main.get_command(app)


def help_text(words: tuple[str, ...]) -> str:
    """What a command prints for `--help`, without blanks at the ends of lines."""
    from typer.testing import CliRunner

    from ferbench.cli.app import app

    output = CliRunner().invoke(app, [*words, "--help"], prog_name="ferbench").output
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines()).strip("\n")


def main() -> None:
    """Print the page."""
    os.environ.update(FIXED)
    for name in COLOURING:
        os.environ.pop(name, None)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
