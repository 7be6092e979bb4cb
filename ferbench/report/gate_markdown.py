"""A verdict in Markdown, as a comment on a change or the summary of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.report.formatting import safe
from ferbench.report.gate_texts import COLUMNS, cells, headline, parties, remarks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferbench.gate.findings import GateResult

_PLAIN = " -"


def markdown(result: GateResult) -> str:
    """The whole verdict, of the level of a comment."""
    return (
        "\n\n".join(
            [
                f"### {shown(headline(result))}",
                table(COLUMNS, [cells(check) for check in result.checks]),
                table(("side", "model", "weights", "run"), parties(result)),
                "\n".join(f"- {shown(line)}" for line in remarks(result)),
            ]
        )
        + "\n"
    )


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of texts that may come from strangers."""
    heads = [shown(title) for title in titles]
    lines = [heads, ["---"] * len(heads), *[[shown(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(text: str) -> str:
    """A text that no Markdown reads: everything but letters, digits, blanks and hyphens is a character reference.

    A reference is never taken for markup. What it shows still pings people and other issues where an @ or # comes
    before a word, so these two are followed by an invisible character that joins nothing.
    """
    return "".join(reference(char) for char in safe(text).plain)


def reference(char: str) -> str:
    """One character as Markdown shows it and does not obey it."""
    if char in _PLAIN or (char.isascii() and char.isalnum()):
        return char
    return f"&#{ord(char)};" + ("&#8203;" if char in "@#" else "")
