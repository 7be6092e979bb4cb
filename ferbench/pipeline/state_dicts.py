"""Finds the tensors of a network in what a checkpoint file holds, and names them, by declared rules alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.cards import STANDARD_KEYS
from ferbench.errors import WeightsError
from ferbench.pipeline.checkpoint_formats.refusals import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

    from ferbench.cards import WeightsRules
    from ferbench.pipeline.checkpoints import Checkpoint

#: How many of STANDARD_KEYS may stand inside one another; real files have two.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A dict that holds tensors, and its place: keys with dots between, empty for the file itself."""

    place: str
    entries: Mapping[Any, Any]


def state_dict(checkpoint: Checkpoint, rules: WeightsRules) -> dict[str, Tensor]:
    """The tensors of the network by the names that the rules give them.

    Raises:
        WeightsError: There are no weights where the rules look, or two tensors end up with one name.
    """
    tensors: dict[str, Tensor] = {}
    for name, tensor in stored_tensors(checkpoint, rules)[1].items():
        renamed = _renamed(name, rules)
        if any(re.fullmatch(pattern, renamed) for pattern in rules.ignore):
            continue
        if renamed in tensors:
            raise _no_weights(checkpoint, f"By the rules of the model, two of its tensors are named {shown(renamed)}.")
        tensors[renamed] = tensor
    return tensors


def stored_tensors(checkpoint: Checkpoint, rules: WeightsRules) -> tuple[str, dict[str, Tensor]]:
    """The place where the keys of the rules lead (empty: the file itself), and its tensors by the names in the file.

    Raises:
        WeightsError: There are no tensors, or also something else, or two places that the rules do not tell apart.
    """
    from torch import Tensor

    found = _by_keys(checkpoint, rules.keys)
    if found is None and only_optimizer(checkpoint):
        raise _only_optimizer(checkpoint, rules)
    place, entries = (found.place, found.entries) if found else ("", checkpoint.content)
    strange = [name for name, value in entries.items() if type(name) is not str or not isinstance(value, Tensor)]
    if strange or not entries:
        raise _strange_entries(checkpoint, rules, place, strange)
    return place, {str(name): tensor for name, tensor in entries.items()}


def only_optimizer(checkpoint: Checkpoint) -> bool:
    """Whether a file holds the state of an optimizer, as torch's optimizers write it."""
    return {"state", "param_groups"} <= checkpoint.content.keys()


def places_of_tensors(checkpoint: Checkpoint) -> list[str]:
    """The top-level keys under which dicts with tensors stand."""
    return [str(key) for key, value in checkpoint.content.items() if isinstance(value, dict) and _holds_tensors(value)]


def _by_keys(checkpoint: Checkpoint, keys: Iterable[str]) -> Found | None:
    for key in keys:
        found = _opened(checkpoint, _value_at(checkpoint.content, key), key, 0)
        if found:
            return found
    return None


def _value_at(content: Mapping[Any, Any], key: str) -> Any:
    """The value under a key; where there is none, `a.b` is `b` inside `a`."""
    if key in content:
        return content[key]
    first, _, rest = key.partition(".")
    inner = content.get(first)
    return _value_at(inner, rest) if rest and isinstance(inner, dict) else None


def _opened(checkpoint: Checkpoint, value: Any, place: str, depth: int) -> Found | None:
    """The dict with tensors that a value is, or that stands in it under exactly one standard key."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    if _holds_tensors(value):
        return Found(place, value)
    inside = [
        found
        for key in STANDARD_KEYS
        if (found := _opened(checkpoint, value.get(key), f"{place}.{key}", depth + 1)) is not None
    ]
    if len(inside) > 1:
        places = " and ".join(found.place for found in inside)
        raise WeightsError(
            f"Finding the weights in {checkpoint.path}",
            f"There are tensors under {places}, and no rule says which are meant.",
            f'A plugin says it with WeightsRules(key="{inside[0].place}").',
        )
    return inside[0] if inside else None


def _holds_tensors(entries: Mapping[Any, Any]) -> bool:
    from torch import Tensor

    return any(isinstance(value, Tensor) for value in entries.values())


def _renamed(name: str, rules: WeightsRules) -> str:
    for prefix in rules.strip_prefixes:
        name = name.removeprefix(prefix)
    for pattern, replacement in rules.renames:
        name = re.sub(pattern, replacement, name)
    return name


def _strange_entries(checkpoint: Checkpoint, rules: WeightsRules, place: str, strange: list[Any]) -> WeightsError:
    keys = ", ".join(rules.keys)
    if place:
        found = f"Under {place} are entries that are no tensors: {_few(strange)}."
    elif not strange:
        found = "It is empty: there are no tensors by name in it."
    else:
        missing = f"There are no tensors by name under any of the expected keys ({keys}), and the" if keys else "The"
        found = f"{missing} file itself has entries that are no tensors: {_few(strange)}."
    others = [] if place else places_of_tensors(checkpoint)
    if others:
        todo = f"Tensors stand under {_few(others)}; a plugin says where to look with WeightsRules(key=...)."
        return WeightsError(f"Finding the weights in {checkpoint.path}", found, todo)
    return _no_weights(checkpoint, found)


def _few(names: Iterable[object]) -> str:
    listed = [shown(str(name)) for name in names]
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")


def _no_weights(checkpoint: Checkpoint, found: str) -> WeightsError:
    todo = "Check that this file belongs to the model, or ask the model's plugin for a rule for such files."
    return WeightsError(f"Finding the weights in {checkpoint.path}", found, todo)


def _only_optimizer(checkpoint: Checkpoint, rules: WeightsRules) -> WeightsError:
    return WeightsError(
        f"Finding the weights in {checkpoint.path}",
        "The file holds only the state of an optimizer (`state` and `param_groups`), and no weights.",
        rules.optimizer_only or "Use the file of the same training that holds the weights.",
    )
