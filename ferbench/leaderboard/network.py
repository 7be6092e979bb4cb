"""What makes the network of a run the network that it is, less its weights: runs that share it may be seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.canonical import sha256_json

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Fields of a record that, beside the plugin and the options of the model, change what equal weights would answer.
_FIELDS = ("model", "classes", "preprocess", "tta", "detector", "output_kind", "engine", "precision")


def network_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a record that runs of one network share, by names that messages show; None where one is absent."""
    plugin, spec = record.get("plugin") or {}, record.get("spec") or {}
    facts = {name: record.get(name) for name in _FIELDS}
    return {**facts, "plugin source": plugin.get("sha256"), "model options": spec.get("model_options")}


def network_key(record: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 over the canonical JSON of `network_of`."""
    return sha256_json(network_of(record))
