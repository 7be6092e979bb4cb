"""The page of all data sets, from their cards. After a change of a card write it anew:

python -m tests.docs_datasets > docs/reference/datasets.md
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ferbench.plugin_manager import build_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferbench.cards import DatasetCard, Variant

INTRODUCTION = """# Data sets

What the cards of the data sets say that come with ferbench, kept current by a test. `ferbench info NAME` shows a card
in the terminal, `ferbench data check NAME` compares a tree with it. A run on a tree whose counts by class are not the
official ones is recorded and not ranked.

Numbers that are called "not sure" were told by somebody and counted by nobody: they name what a tree looks like, and
never make it official.
"""


def page() -> str:
    """The whole page."""
    cards = [item.entry.card for item in build_catalog().datasets]
    overview = table(("data set", "what", "classes in index order", "splits"), (overview_row(card) for card in cards))
    return "\n".join([INTRODUCTION, *overview, "", *(line for card in cards for line in section(card))])


def overview_row(card: DatasetCard) -> tuple[str, ...]:
    """A data set in one line."""
    classes = ", ".join(card.classes) if card.classes else "read from the data"
    splits = ", ".join(f"{name} (default)" if name == card.default_split else name for name in card.splits)
    return f"[`{card.name}`](#{card.name})", card.title, classes, splits


def section(card: DatasetCard) -> Iterator[str]:
    """Everything that is known about one data set."""
    yield from (f"## {card.name}", "", f"{card.title}. Pictures: {card.content.replace('_', ' ')}.", "")
    yield from counts(card)
    yield from variants(card.variants)
    for title, text in facts(card):
        if text:
            yield from (f"**{title}.** {text}", "")


def facts(card: DatasetCard) -> Iterator[tuple[str, str]]:
    """The facts that are sentences."""
    yield "Layouts", card.layout
    yield "Protocol", card.protocol
    yield "Known defects", " ".join(f"({i}) {text}" for i, text in enumerate(card.defects, start=1))
    yield "Attributes", attributes(card.attributes)
    yield "Notes", card.notes
    yield "Licence", card.licence
    yield "Where to ask", card.obtain
    yield "Citation", card.citation or ""


def attributes(values: Mapping[str, Sequence[str]]) -> str:
    """Attributes with their values."""
    return "; ".join(f"`{name}`: {', '.join(options) or 'any value'}" for name, options in values.items())


def counts(card: DatasetCard) -> Iterator[str]:
    """Official images by class and split."""
    if card.counts and card.classes:
        rows = (
            (name, *(f"{split.get(name, 0):,}" for split in card.counts.values()))
            for name in sorted({key for split in card.counts.values() for key in split}, key=card.classes.index)
        )
        total = ("total", *(f"{sum(split.values()):,}" for split in card.counts.values()))
        yield from (*table(("official images", *card.counts), [*rows, total]), "")


def variants(known: Sequence[Variant]) -> Iterator[str]:
    """Releases and copies; one that may lack an image of any class is one line."""
    rows = dict.fromkeys(
        (item.name, item.split, f"{item.total:,}", item.source, "yes" if item.sure else "not sure") for item in known
    )
    if rows:
        yield from (*table(("variant", "split", "images", "source", "sure"), rows), "")


def table(headings: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def main() -> None:
    """Print the page."""
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page().rstrip() + "\n")


if __name__ == "__main__":
    main()
