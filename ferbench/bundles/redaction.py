"""The record of a run without what is nobody's business: paths, names of people and machines, and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.bundles.record_kinds import RECORD_KINDS, SPEC_KINDS
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferbench.bundles.private_texts import PrivateTexts

#: Fields of sentences, which plugins and libraries word.
_SENTENCES = {
    "layout",
    "not_ranked_because",
    "warnings",
    "guards",
    "failures",
    "labels",
    "pixels",
    "class_order_source",
}
#: An id as short as this stands in sentences by chance.
_SHORTEST_ID = 4


def redacted(record: Mapping[str, Any], private: PrivateTexts, *, labels: bool) -> dict[str, Any]:
    """The fields of a record that leave the house, less its seal; without `labels` no score of a part of the images.

    A part may be a single image, whose score is its label.
    """
    fields = {name: record[name] for name in RECORD_KINDS if name in record}
    if not labels and fields.get("slices"):
        del fields["slices"]
    fields |= {"spec": without_places(record), "plugin": without_file(record.get("plugin") or {})}
    return {
        name: mapped(value, private.without_names if name in _SENTENCES else private.without_paths)
        for name, value in fields.items()
    }


def without_places(record: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, without where it lay and how it was typed; a model that is a file has its name alone."""
    spec = record.get("spec") or {}
    known = {name: spec[name] for name in SPEC_KINDS if name in spec}
    weights = RANDOM_WEIGHTS if spec.get("weights") == RANDOM_WEIGHTS else None
    return {**known, "model": record["model"], "data_root": None, "weights": weights, "command_line": []}


def without_file(plugin: Mapping[str, Any]) -> dict[str, Any]:
    """Which plugin it was; of one that was loaded from a file not the file."""
    distribution = str(plugin.get("distribution"))
    is_file = "/" in distribution or "\\" in distribution or plugin.get("version") == "drop-in"
    return {**plugin, "distribution": "drop-in file" if is_file else distribution}


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """JSON data with every text changed; keys are ids, classes and other names that are looked at elsewhere."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(item, change) for item in value]
    return value


def renamed(record: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A record with other ids; a sentence that quotes one of the old ids is left out as a whole."""
    failures = {names[name]: reason for name, reason in record["failures"].items()}
    leaks = record.get("leaks")
    if leaks:
        ids = {kind: [names[name] for name in found] for kind, found in leaks["ids"].items()}
        leaks = {**leaks, "ids": ids}
    quoted = [name for name in names if len(name) >= _SHORTEST_ID]

    def silenced(text: str) -> str:
        return "(left out: it names images)" if any(name in text for name in quoted) else text

    sentences = {
        name: mapped(value, silenced) for name, value in record.items() if name in _SENTENCES and name != "failures"
    }
    return {**record, **sentences, "failures": failures, **({"leaks": leaks} if "leaks" in record else {})}


def changed(record: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a record that are missing or not as they were; its seal belongs to the whole record."""
    same = {name for name, value in record.items() if name in fields and fields[name] == value}
    return tuple(sorted(set(record) - same - {"seal"}))
