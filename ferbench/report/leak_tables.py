"""Images of a run that other data hold, too, and what it scores with and without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from ferbench.pipeline.leaks import ONLY_LEAKS, WITHOUT_LEAKS
from ferbench.report.formatting import HEADLINE, safe, score_cell, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

#: What a likeness is called, the closest first: a stored record has lost the order.
_WORDS = {"exact": "equal pixel for pixel", "near": "encoded or resized anew", "mirrored": "mirrored"}
#: So many leaking images of each likeness are listed in the terminal; `--json` gives all.
_LISTED = 5


def leaks_report(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """What was found where, and the headline scores of each slice; nothing where nobody looked."""
    leaks = record.get("leaks")
    if not leaks:
        return
    for side in leaks["compared"]:
        style = "red" if side["leaks"] else "green"
        found = f"{side['leaks']:,} of {record['n']:,}" if side["leaks"] else f"none of {record['n']:,}"
        yield safe(f"leaks: {found} images are in {side['name']} ({side['n']:,} images), too", style)
    for likeness, words in _WORDS.items():
        if ids := leaks["ids"][likeness]:
            more = f" and {len(ids) - _LISTED:,} more" if len(ids) > _LISTED else ""
            yield safe(f"leaks, {words}: {len(ids):,}: {', '.join(ids[:_LISTED])}{more}")
    yield from (safe(f"leaks: {note}", "yellow") for note in leaks["notes"])
    if leaks["n"]:
        yield slices_table(record)


def slices_table(record: Mapping[str, Any]) -> Table:
    """The headline scores over all images, and over each slice of them."""
    slices = record["slices"]
    parts = {"all images": record, **{name: slices[name] for name in (WITHOUT_LEAKS, ONLY_LEAKS) if name in slices}}
    table = Table("", *parts, title="with and without leaks")
    table.add_row("images", *(whole(part["n"]) for part in parts.values()))
    for mode in (name for name in ("strict", "mask") if name in record["scores"]):
        for metric in (name for name in HEADLINE if name in record["scores"][mode]):
            table.add_row(safe(f"{metric} ({mode})"), *(score_cell(part, mode, metric) for part in parts.values()))
    return table
