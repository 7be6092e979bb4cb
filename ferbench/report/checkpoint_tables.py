"""Checkpoint files for the terminal and as JSON data: what a pull did, what an inspection found."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from ferbench.report.formatting import ABSENT, safe, whole
from ferbench.report.listings import plain, rows_table
from ferbench.report.offers_list import claim_text, order_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.table import Table

    from ferbench.downloads.pull import Pulled
    from ferbench.pipeline.checkpoint_inspection import Inspection
    from ferbench.pipeline.fitting import Fit

_CHECKS = {
    "card": "as its card states",
    "pin": "as pinned at its first use",
    "first use": "pinned now, since nobody states it; checked from now on",
    "none": "not compared with anything",
}


def plain_pulled(pulled: Pulled) -> dict[str, Any]:
    """What a pull did as JSON data."""
    return {name: plain(value) for name, value in asdict(pulled).items()}


def pulled_table(pulled: Pulled) -> Table:
    """What a pull did."""
    return rows_table(
        ("fact", "value"),
        (
            ("weights", pulled.name),
            ("file", pulled.path),
            ("how", "downloaded" if pulled.outcome == "downloaded" else f"here already, {pulled.outcome}"),
            ("SHA-256", pulled.sha256),
            ("checked", _CHECKS[pulled.checked]),
        ),
    )


def plain_inspection(found: Inspection) -> dict[str, Any]:
    """What a file is as JSON data; `sound` is what the exit code says."""
    document = {name: plain(value) for name, value in asdict(found).items()}
    if found.fit:
        document["fit"]["fits"] = found.fit.fits
    return {**document, "sound": found.sound}


def inspection_report(found: Inspection) -> Group:
    """Everything about a checkpoint file: facts, top level, and how it fits a model."""
    tables: list[RenderableType] = [rows_table(("fact", "value"), inspection_rows(found), title=str(found.path))]
    if found.top_level:
        tables.append(rows_table(("key at the top level", "what"), found.top_level.items()))
    if found.fit:
        tables.append(fit_table(found.fit))
    return Group(*tables)


def inspection_rows(found: Inspection) -> Iterator[tuple[str, str]]:
    """The facts of a file, those that it has."""
    yield "format", found.format
    yield "origin", found.origin
    if found.run_as:
        yield "evaluate it with", f"--model {found.run_as}"
    yield "size", f"{whole(found.size_bytes)} bytes"
    yield "SHA-256", found.sha256
    yield "released as", released_text(found)
    if found.pinned:
        yield "pinned", "the same SHA-256" if found.pinned == found.sha256 else f"ANOTHER SHA-256: {found.pinned}"
    if found.problem:
        yield "weights", found.problem
    if found.weights:
        facts = found.weights
        yield "weights", f"under {facts.place}" if facts.place else "the file itself"
        yield "tensors", f"{whole(facts.tensors)} with {whole(facts.values)} values"
        yield "types", ", ".join(f"{dtype} ({count})" for dtype, count in facts.dtypes.items())
        yield "all names begin with", facts.prefix or ABSENT
        yield "last matrix", facts.last_matrix or ABSENT
    if not found.run_as:
        yield "classes", order_text(found.classes, found.classes_source) if found.classes else classless_text(found)
        yield "accuracy", "; ".join(f"claimed: {claim_text(claim)}" for claim in found.claims) or "nothing claimed"
        yield "objects, not run", ", ".join(found.inert) or ABSENT


def released_text(found: Inspection) -> str:
    """Which released weights a file is, or is not."""
    if found.released:
        return ", ".join(found.released)
    return f"nothing; {', '.join(found.namesakes)} has this name and another SHA-256" if found.namesakes else ABSENT


def classless_text(found: Inspection) -> str:
    """Why there is no class order."""
    return found.classes_source or "the file states no order"


def fit_table(fit: Fit) -> Table:
    """What a strict load would miss."""
    outcome = "fits exactly" if fit.fits else f"does NOT fit\n{fit.summary}"
    return rows_table(
        ("strict load into", "outcome"),
        [(f"{fit.model} for {fit.num_classes} classes", lines(outcome))],
    )


def lines(text: str) -> Text:
    """Foreign lines below one another."""
    return Text("\n").join(safe(line) for line in text.splitlines())
