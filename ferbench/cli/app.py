"""The `ferbench` command: its sub-commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import traceback
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from ferbench.cli import (
    bundle,
    compare,
    data,
    export_model,
    gate,
    import_run,
    info,
    invalidate,
    leaderboard,
    listing,
    matrix,
    plugin,
    predictions,
    profile,
    reported,
    run,
    runs,
    score,
    show,
    site,
    verify,
    weights,
)
from ferbench.cli.streams import close_output, leave, prepare_output
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


def print_version(asked: bool) -> None:
    """Print the version and end, when it was asked for."""
    if asked:
        from importlib.metadata import version

        print(version("ferbench"))  # noqa: T201
        raise typer.Exit


@app.callback()
def main_options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=print_version, allow_from_autoenv=False)
    ] = False,
) -> None:
    """Options of the program itself."""


for command in (
    run,
    leaderboard,
    matrix,
    runs,
    show,
    predictions,
    score,
    compare,
    gate,
    site,
    verify,
    bundle,
    import_run,
    invalidate,
    profile,
    export_model,
    info,
):
    app.command(name=command.NAME)(command.command)
app.add_typer(listing.app, name="list")
app.add_typer(data.app, name="data")
app.add_typer(weights.app, name="weights")
app.add_typer(plugin.app, name="plugin")
app.add_typer(reported.app, name="reported")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with the exit code of what happened."""
    prepare_output()
    status = status_of(arguments)
    close_output()
    leave(status)


def status_of(arguments: list[str] | None) -> int:
    """Run a command and give its exit code; see `ferbench.errors` for what the codes mean."""
    try:
        return code_of(app(args=arguments, standalone_mode=False))
    except FerbenchError as error:
        print_error(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return interrupted()
    except TyperException as error:
        say(f"{error.format_message()} See: ferbench COMMAND --help".strip())
        return UsageError.exit_code
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the last net: whatever else it is, it is our bug
        return EXIT_OK if is_closed_pipe(error) else bug()


def code_of(returned: Any) -> int:
    """Exit code of what a command returned; commands that return nothing are done."""
    if returned == EXIT_INTERRUPTED:
        return interrupted()
    return returned if isinstance(returned, int) else EXIT_OK


def interrupted() -> int:
    """The exit code of a command that was interrupted, said once."""
    say("Interrupted. A run is recorded only when it is finished; the same command goes on where it stopped.")
    return EXIT_INTERRUPTED


def bug() -> int:
    """The exit code of an error that nobody foresaw, with its traceback."""
    say(traceback.format_exc())
    say("This is a bug of ferbench, please report it with the lines above.")
    return EXIT_BUG


def is_closed_pipe(error: BaseException) -> bool:
    """Whether the reader of our output has seen enough; typer makes an exit with code 1 of that."""
    return isinstance(error, BrokenPipeError) or (
        isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)
    )


def say(text: str) -> None:
    """A line on stderr that may hold what the user typed."""
    from ferbench.cli.console import note

    for line in text.splitlines():
        note(line)


def print_error(error: FerbenchError) -> None:
    """What was asked, what was found, what to do: on stderr, without a traceback."""
    from ferbench.cli.console import note

    for title, text in (("asked", error.asked), ("found", error.found), ("to do", error.todo)):
        for line in text.splitlines():
            note(f"{title:>6}: {line}", "red" if title == "found" else "")
