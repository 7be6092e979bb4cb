"""A verdict in the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Column, Table

from ferbench.report.formatting import safe
from ferbench.report.gate_texts import COLUMNS, cells, headline, parties, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType

    from ferbench.gate.findings import GateResult

_STYLES = {"passed": "green", "failed": "bold red", "incomplete": "bold yellow", "reported": ""}


@dataclass(frozen=True, slots=True)
class GateReport:
    """Headline, checks, both sides, remarks."""

    result: GateResult

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """The parts, from what matters most."""
        yield safe(headline(self.result), _STYLES[self.result.verdict])
        yield checks_table(self.result)
        yield sides_table(self.result)
        for line in remarks(self.result):
            yield safe(line)


def checks_table(result: GateResult) -> Table:
    """One row a check."""
    name, *numbers, verdict = COLUMNS
    columns = [Column(title, justify="right") for title in numbers]
    table = Table(Column(name, overflow="fold"), *columns, Column(verdict, no_wrap=True))
    for check in result.checks:
        *shown, outcome = cells(check)
        table.add_row(*[safe(cell) for cell in shown], safe(outcome, _STYLES[check.outcome]))
    return table


def sides_table(result: GateResult) -> Table:
    """Who was held against whom."""
    table = Table("", *[Column(title, overflow="fold") for title in ("model", "weights", "run")])
    for side in parties(result):
        table.add_row(*[safe(cell) for cell in side])
    return table
