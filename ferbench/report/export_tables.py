"""What an export wrote and how it was proven, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group

from ferbench.report.formatting import ABSENT, whole
from ferbench.report.listings import rows_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def export_report(model: str, document: Mapping[str, Any]) -> Group:
    """The file, what its card states, and the comparison with the network."""
    card, origin = document["card"], document["card"]["made_from"]
    facts = rows_table(
        ("fact", "value"),
        (
            ("file", document["file"]),
            ("bytes", whole(document["bytes"])),
            ("SHA-256", origin["file_sha256"]),
            ("card", document["card_file"]),
            ("weights", origin["weights"]),
            ("classes", ", ".join(card["classes"] or ()) or ABSENT),
            ("class order from", origin["class_order_source"]),
            ("output", card["output"]),
        ),
        title=f"{model}, exported",
    )
    parity = rows_table(
        ("images at a time", "images", "max |difference|", "relative", "argmax flips", "different answers"),
        (
            (
                row["batch"],
                row["images"],
                f"{row['max_difference']:.2e}",
                f"{row['max_change']:.2e}",
                row["flips"],
                row["classes"],
            )
            for row in document["parity"]
        ),
        title="file against network, on drawn pictures",
    )
    return Group(facts, parity)
