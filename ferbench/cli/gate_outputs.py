"""Where a verdict goes: the terminal or one JSON document, files, and the places that GitHub shows."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.errors import FerbenchError
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.gate.findings import GateResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is wanted besides the exit code."""

    as_json: bool = False
    junit: Path | None = None
    comment: Path | None = None


@contextmanager
def announced() -> Iterator[None]:
    """Annotate a job on GitHub with the error that ends it."""
    try:
        yield
    except FerbenchError as error:
        if on_github():
            from ferbench.report.gate_github import command

            say_to_runner(command("error", "ferbench gate", str(error)))
        raise


def publish(result: GateResult, outputs: Outputs, updated: str | None, *, wanted: bool) -> None:
    """Show and write a verdict; `updated` is the baseline file that was written anew, where that was `wanted`."""
    from ferbench.cli.console import note, print_json, show
    from ferbench.report.gate_junit import junit
    from ferbench.report.gate_markdown import markdown
    from ferbench.report.gate_table import GateReport

    # First where nothing can be missing: whatever becomes of the files, somebody has seen the verdict.
    if outputs.as_json:
        print_json(document(result, updated))
    else:
        show(GateReport(result))
    if outputs.junit:
        write(outputs.junit, junit(result))
    if outputs.comment:
        write(outputs.comment, markdown(result))
    if on_github():
        tell_github(result)
    if updated:
        note(f"{updated} is now run {result.new.run_id[:8]}; it was {result.baseline.run_id[:8]}.")
    elif wanted:
        note("The baseline was left as it is. To accept this run all the same, delete the file and gate again.")


def document(result: GateResult, updated: str | None) -> dict[str, Any]:
    """A verdict as JSON data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": result.verdict,
        **asdict(result),
        "label_mode": "strict",
        "updated_baseline": updated,
    }


def write(path: Path, text: str) -> None:
    """Write a file, or say why it cannot be written."""
    from ferbench.cli.console import output_to

    with output_to(str(path)):
        path.write_text(text, encoding="utf-8")


def on_github() -> bool:
    """Whether this is a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def tell_github(result: GateResult) -> None:
    """Annotate the job, and add the verdict to the summary of its step."""
    from ferbench.cli.console import output_to
    from ferbench.report.gate_github import workflow_commands
    from ferbench.report.gate_markdown import markdown

    for line in workflow_commands(result):
        say_to_runner(line)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with output_to(summary), Path(summary).open("a", encoding="utf-8") as file:
            file.write(markdown(result))


def say_to_runner(command: str) -> None:
    """A command for the runner, which reads stderr as well as stdout; stdout may hold a document."""
    from ferbench.cli.console import note

    note(command)
