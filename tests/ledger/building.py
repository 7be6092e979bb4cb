"""Ledgers as files, claims, and rows of real boards to set them beside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ferbench.cards import WeightsCard
from ferbench.ledger.claims import Place, ReportedClaim

if TYPE_CHECKING:
    from pathlib import Path

#: The least that a row says.
CLAIM = {
    "model": "model_1",
    "dataset": "rafdb",
    "value": "92.21",
    "selection": "unknown",
    "source_kind": "paper",
    "source": "somewhere",
    "mark": "P",
}
MATRIX = {
    "model": "poster_v2",
    "title": "POSTER++",
    "dataset": "rafdb",
    "classes": ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"],
    "diagonal": [299, 51, 120, 1148, 442, 145, 624],
    "rows": [329, 74, 160, 1185, 478, 162, 680],
    "source_kind": "code",
    "source": "models/matrix.py",
    "mark": "V",
}

#: The weights that a claim is about, as a card has them.
RELEASED = WeightsCard(
    name="model_1.rafdb",
    dataset="rafdb",
    file_name="model_1.pth",
    sha256=None,
    url=None,
    claim=None,
    classes=None,
    classes_source=None,
    selection="test-best",
    extra_data=None,
    licence=None,
    preprocess=None,
)


def row_text(kind: str, values: dict[str, Any]) -> str:
    """A row in TOML; a value of None leaves its key out."""
    cells = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in values.items() if value is not None]
    return "\n".join([f"[[{kind}]]", *cells, ""])


def ledger_file(path: Path, *claims: dict[str, Any], matrices: tuple[dict[str, Any], ...] = ()) -> Path:
    """A ledger with rows that differ from CLAIM and MATRIX in some cells."""
    rows = [row_text("claim", {**CLAIM, **changes}) for changes in claims]
    rows += [row_text("matrix", {**MATRIX, **changes}) for changes in matrices]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def claim(text: str = "92", **changes: Any) -> ReportedClaim:
    """A claim of 92 % on 50 images of RAF-DB, by the authors of model_1."""
    values: dict[str, Any] = {
        "model": "model_1",
        "title": "Model 1",
        "dataset": "rafdb",
        "split": "test",
        "n": 50,
        "num_classes": None,
        "label_rule": None,
        "metric": "accuracy",
        "value": float(text) / 100,
        "decimals": len(text.partition(".")[2]),
        "text": text,
        "unit": "percent",
        "selection": "unknown",
        "runs": None,
        "extra_data": None,
        "params_millions": None,
        "giga_operations": None,
        "cost_unit": None,
        "source_kind": "paper",
        "source": "somewhere",
        "reported_by": "authors",
        "year": 2023,
        "mark": "P",
        "notes": "",
        "flags": (),
        "place": Place(ledger="mine", kind="claim", number=1),
    }
    return ReportedClaim(**{**values, **changes})
