"""The command that makes a run again, from its recorded specification: with names in place of this machine's paths."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

from ferbench.spec import RANDOM_WEIGHTS, RunSpec, default_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Options whose name is that of the field, with hyphens; everything else of a specification is written apart.
_PLAIN = (
    "split", "classes", "class_order", "colour_order", "crop", "align", "margin", "detector", "tta", "limit",
    "batch_size", "threads", "seed",
)  # fmt: skip
_MAPPINGS = {
    "model_options": "--model-option",
    "dataset_options": "--dataset-option",
    "detector_options": "--detector-option",
}


def command_for(record: Mapping[str, Any]) -> list[str]:
    """The `ferbench run` command of a record, an option a line, without line ends.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: its specification is none.
    """
    spec = record["spec"]
    parts = ["ferbench run", f"--model {quoted(spec['model'])}", f"--dataset {quoted(spec['dataset'])}"]
    return [*parts, *files(spec), *changed(spec), *mappings(spec), *switches(spec)]


def files(spec: Mapping[str, Any]) -> Iterator[str]:
    """Data and weights: a folder by what it is, a file by its name alone."""
    if spec.get("data_root"):
        yield f"--data-root FOLDER_OF_{re.sub(r'[^A-Z0-9]+', '_', str(spec['dataset']).upper()).strip('_')}"
    weights = spec.get("weights")
    if weights:
        yield f"--weights {quoted(weights if weights == RANDOM_WEIGHTS else file_name(weights))}"


def changed(spec: Mapping[str, Any]) -> Iterator[str]:
    """The options that are not at their default."""
    fields = RunSpec.__dataclass_fields__
    for name in _PLAIN:
        value = spec.get(name)
        if value is not None and value != default_of(fields[name]):
            yield f"--{name.replace('_', '-')} {quoted(value)}"


def mappings(spec: Mapping[str, Any]) -> Iterator[str]:
    """Options of plugins; paths among their values become file names."""
    for name, option in _MAPPINGS.items():
        for key, value in (spec.get(name) or {}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            yield f"{option} {quoted(f'{key}={file_name(text) if looks_like_path(text) else text}')}"


def switches(spec: Mapping[str, Any]) -> Iterator[str]:
    """Options without a value, and metrics."""
    if spec.get("accept_class_order"):
        yield "--accept-class-order"
    for metric in spec.get("metrics") or ():
        yield f"--metric {quoted(metric)}"
    if spec.get("timing") is False:
        yield "--no-timing"


def quoted(value: object) -> str:
    """A value as a shell takes it."""
    return shlex.quote(str(value))


def looks_like_path(text: str) -> bool:
    """Whether a text may name a file of this machine."""
    return "/" in text or "\\" in text


def file_name(path: str) -> str:
    """The last part of a path, of whatever system."""
    return re.split(r"[/\\]+", path.rstrip("/\\"))[-1]
