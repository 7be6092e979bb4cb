"""Cards of the backbone files that the authors of the reference networks began their training with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.cards import WeightsCard

if TYPE_CHECKING:
    from ferbench.cards import Mirror


def backbone_weights(
    name: str, file_name: str, *, url: str | None, mirrors: tuple[Mirror, ...] = (), notes: str
) -> WeightsCard:
    """A backbone file of which nothing is known but where it is offered; it cannot be evaluated."""
    return WeightsCard(
        name=name,
        dataset=None,
        file_name=file_name,
        url=url,
        mirrors=mirrors,
        sha256=None,
        claim=None,
        classes=None,
        classes_source=None,
        selection="unknown",
        extra_data=None,
        licence=None,
        preprocess=None,
        notes=notes,
    )
