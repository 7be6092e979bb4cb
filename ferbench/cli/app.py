"""The `ferbench` command: its sub-commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import typer
from typer.exceptions import TyperException

from ferbench.cli import info, invalidate, leaderboard, listing, predictions, profile, run, runs, score, show, verify
from ferbench.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, FerbenchError, UsageError

_CONTEXT = {"auto_envvar_prefix": "FERBENCH", "help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="ferbench",
    help="The referee for facial expression recognition: evaluate models, keep their predictions, compare honestly.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=_CONTEXT,
    epilog="Every option can be set in the environment as FERBENCH_COMMAND_OPTION, such as FERBENCH_RUN_BATCH_SIZE=64.",
)
for command in (run, leaderboard, runs, show, predictions, score, verify, invalidate, profile, info):
    app.command(name=command.NAME)(command.command)
app.add_typer(listing.app, name="list")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with the exit code of what happened."""
    sys.exit(status_of(arguments))


def status_of(arguments: list[str] | None) -> int:
    """Run a command and give its exit code; see `ferbench.errors` for what the codes mean."""
    try:
        return code_of(app(args=arguments, standalone_mode=False))
    except FerbenchError as error:
        print_error(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("Interrupted: nothing was recorded.", file=sys.stderr)  # noqa: T201
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except TyperException as error:
        print(f"{error.format_message()} See: ferbench COMMAND --help", file=sys.stderr)  # noqa: T201
        return UsageError.exit_code
    except Exception:  # noqa: BLE001 - the last net: whatever else it is, it is our bug
        traceback.print_exc()
        print("This is a bug of ferbench, please report it with the lines above.", file=sys.stderr)  # noqa: T201
        return EXIT_BUG


def code_of(returned: Any) -> int:
    """Exit code that a command returned; commands that return nothing are done."""
    return returned if isinstance(returned, int) else EXIT_OK


def print_error(error: FerbenchError) -> None:
    """What was asked, what was found, what to do: on stderr, without a traceback."""
    from rich.console import Console

    from ferbench.report.formatting import safe

    console = Console(stderr=True, soft_wrap=True)
    for title, text in (("asked", error.asked), ("found", error.found), ("to do", error.todo)):
        for line in text.splitlines():
            console.print(safe(f"{title:>6}: {line}", "red" if title == "found" else ""))
