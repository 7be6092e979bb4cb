"""A verdict as workflow commands, which GitHub shows beside a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.report.formatting import safe
from ferbench.report.gate_texts import headline, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.gate.findings import GateResult

_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}


def workflow_commands(result: GateResult) -> list[str]:
    """One error a check that failed, a warning a latency that could not be judged, and the verdict as a notice."""
    failed = [command("error", check.name, sentence(check)) for check in result.checks if check.outcome == "failed"]
    open_ones = [check for check in result.checks if check.outcome == "reported"]
    warnings = [command("warning", check.name, sentence(check)) for check in open_ones]
    if result.unanswered:
        message = f"{result.unanswered:,} images have no answer: nothing is decided."
        failed.insert(0, command("error", "ferbench gate", message))
    return [*failed, *warnings, command("notice", "ferbench gate", headline(result))]


def command(level: str, title: str, message: str) -> str:
    """One workflow command; control characters but line ends are spelt out."""
    lines = "\n".join(safe(line).plain for line in message.splitlines())
    return f"::{level} title={escaped(safe(title).plain, _IN_PROPERTY)}::{escaped(lines, _IN_MESSAGE)}"


def escaped(text: str, table: Mapping[str, str]) -> str:
    """A text with the characters of a table as the runner wants them."""
    return "".join(table.get(char, char) for char in text)
