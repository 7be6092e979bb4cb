"""What the checks of a plugin found, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Column, Table
from rich.text import Text

from ferbench.report.formatting import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.testing.check import Result

_STYLES = {"pass": "green", "fail": "red", "skipped": "yellow", "not applicable": "dim"}


def kit_report(subject: str, results: Sequence[Result]) -> Group:
    """How the checks of a plugin ended, and every check with its finding."""
    return Group(headline(subject, results), results_table(results))


def headline(subject: str, results: Sequence[Result]) -> Text:
    """How many checks had each outcome."""
    count = {outcome: sum(result.outcome == outcome for result in results) for outcome in _STYLES}
    numbers = ", ".join(f"{number} {outcome}" for outcome, number in count.items() if number or outcome != "skipped")
    return safe(f"{subject}: ", "bold").append_text(safe(numbers, "red" if count["fail"] else "green"))


def results_table(results: Sequence[Result]) -> Table:
    """One row a check; of a failed one also what it asks, how to mend it, and where it is explained."""
    table = Table(Column("check", no_wrap=True), Column("", no_wrap=True), Column("what was found", overflow="fold"))
    for result in results:
        style = _STYLES[result.outcome]
        lines = [safe(result.finding), *(advice(result) if result.outcome == "fail" else ())]
        table.add_row(safe(result.check.name, style), safe(result.outcome, style), Text("\n").join(lines))
    return table


def advice(result: Result) -> list[Text]:
    """What is asked, what to do about it, and where to read more."""
    check = result.check
    return [safe(f"asked: {check.asks}"), safe(f"to do: {check.mend}"), safe(f"see: {check.docs}", "dim")]
