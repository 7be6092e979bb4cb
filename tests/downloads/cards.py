"""Weights cards for tests of downloads."""

from __future__ import annotations

from typing import Any

from ferbench.cards import WeightsCard


def weights_card(url: str | None, **facts: Any) -> WeightsCard:
    """A card of released weights at an address."""
    known: dict[str, Any] = {
        "name": "mine.faces",
        "dataset": "faces",
        "file_name": "best.pth",
        "sha256": None,
        "claim": None,
        "classes": None,
        "classes_source": None,
        "selection": "unknown",
        "extra_data": None,
        "licence": None,
        "preprocess": None,
    }
    return WeightsCard(url=url, **{**known, **facts})
