"""What hooks return: entries with cards, each of the right type, under names that can be recorded."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from ferbench import hookspecs
from ferbench.cards import DatasetCard, DetectorCard, MetricCard, ModelCard, SchemeCard, WeightsRules
from ferbench.errors import PluginError
from ferbench.interfaces import DatasetEntry, DetectorEntry, LedgerEntry, MetricEntry, ModelEntry, ModelScheme
from ferbench.plugin_manager.card_types import wrong_field
from ferbench.plugin_manager.faults import shown
from ferbench.plugin_manager.hook_names import require_decorated_hooks, require_known_hooks

if TYPE_CHECKING:
    from types import ModuleType

    from ferbench.interfaces import Entry
    from ferbench.plugin_manager.candidates import Candidate
    from ferbench.plugin_manager.tracing import Trace

#: Hook -> what its entries may be, and what their cards are.
_KINDS: dict[str, dict[type, type]] = {
    "ferbench_models": {ModelEntry: ModelCard, ModelScheme: SchemeCard},
    "ferbench_datasets": {DatasetEntry: DatasetCard},
    "ferbench_metrics": {MetricEntry: MetricCard},
    "ferbench_detectors": {DetectorEntry: DetectorCard},
    "ferbench_ledgers": {LedgerEntry: LedgerEntry},
}
#: Fields of entries that are called; one of those of a model may be missing.
_CALLED = ("build", "open", "compute", "entry")
MOST_ENTRIES = 10_000
LONGEST_NAME = 200


def manager_of_hooks() -> pluggy.PluginManager:
    """A manager that knows the hooks and no plugin."""
    manager = pluggy.PluginManager("ferbench")
    manager.add_hookspecs(hookspecs)
    return manager


_MANAGER = manager_of_hooks()


def entries_of(module: ModuleType, candidate: Candidate, trace: Trace) -> list[Entry]:
    """What the hooks of one plugin return; it is registered alone, for as long as it is asked.

    Raises:
        PluginError: an unknown hook, or an entry that is none; pluggy refuses wrong arguments by name.
    """
    require_decorated_hooks(module, str(candidate))
    _MANAGER.register(module, candidate.name)
    try:
        require_known_hooks(_MANAGER, module, str(candidate))
        called = [caller.name for caller in _MANAGER.get_hookcallers(module) or () if caller.has_spec()]
        entries = [entry for hook in _KINDS if hook in called for entry in given(hook, candidate, trace)]
    finally:
        _MANAGER.unregister(module)
    require_different_names(entries, candidate)
    return entries


def given(hook: str, candidate: Candidate, trace: Trace) -> list[Entry]:
    """The entries that one hook of the registered plugin gives."""
    with trace.timed(f"called {hook}") as outcome:
        returned = [entry for entries in getattr(_MANAGER.hook, hook)() for entry in islice(entries, MOST_ENTRIES + 1)]
        outcome.append(f"({len(returned)} entries)")
    if len(returned) > MOST_ENTRIES:
        raise refused(hook, candidate, f"It gave more than {MOST_ENTRIES:,} entries.", "Return a list that ends.")
    return [checked(entry, hook, candidate) for entry in returned]


def checked(entry: Any, hook: str, candidate: Candidate) -> Any:
    """An entry of the right type with a card of the right type and a name.

    Types are exact: an attribute of a subclass may raise whenever it is looked at.

    Raises:
        PluginError: it is none; the message names hook, plugin and what is wrong.
    """
    kinds = _KINDS[hook]
    if not is_named(entry, kinds):
        pairs = " or ".join(f"{kind.__name__} with a {card_kind.__name__}" for kind, card_kind in kinds.items())
        todo = f"Return a list of {' or '.join(f'ferbench.interfaces.{kind.__name__}' for kind in kinds)}."
        raise refused(hook, candidate, f"It gave {shown(entry)}, which is no {pairs} and a name.", todo)
    name = entry.card.name
    if not 0 < len(name) <= LONGEST_NAME or (type(entry) is MetricEntry and "/" in name):
        todo = f"Give it a name of at most {LONGEST_NAME} characters; that of a metric has no slash."
        raise refused(hook, candidate, f"It gave an entry with the name {shown(name)}.", todo)
    wrong = wrong_field(entry.card) or wrong_function(entry) or wrong_rules(entry)
    if wrong:
        todo = "Give it what its dataclass says; docs/reference/cards.md has every field."
        raise refused(hook, candidate, f"The entry {name!r} has {wrong}.", todo)
    return entry


def is_named(entry: Any, kinds: dict[type, type]) -> bool:
    """Whether an entry is of one of some types, with a card of the type that belongs to it, and a text for a name."""
    kind = type(entry)
    return kind in kinds and type(entry.card) is kinds[kind] and type(getattr(entry.card, "name", None)) is str


def wrong_function(entry: Any) -> str:
    """The field of an entry that must be called and cannot be, in words; empty where there is none."""
    missing_allowed = type(entry) is ModelEntry
    for field in _CALLED:
        value = getattr(entry, field, None) if hasattr(entry, field) else print
        if not callable(value) and not (value is None and missing_allowed):
            return f"{field} = {shown(value)}, which cannot be called"
    return ""


def wrong_rules(entry: Any) -> str:
    """What is wrong with how checkpoints of a model are read, or with the file that it is; empty where nothing is."""
    if type(entry) is not ModelEntry:
        return ""
    if type(entry.rules) is not WeightsRules:
        return f"rules = {shown(entry.rules)}, which are no WeightsRules"
    if not isinstance(entry.file, Path | None):
        return f"file = {shown(entry.file)}, which is no pathlib.Path"
    return wrong_field(entry.rules)


def require_different_names(entries: list[Entry], candidate: Candidate) -> None:
    """Refuse a plugin that gives two entries of one kind the same name."""
    seen: set[tuple[type, str]] = set()
    for entry in entries:
        key = (type(entry), entry.card.name)
        if key in seen:
            raise PluginError(
                f"The entries of plugin {candidate} were to be listed.",
                f"It gives two of the type {type(entry).__name__} the name {entry.card.name!r}.",
                "Give each a name of its own.",
            )
        seen.add(key)


def refused(hook: str, candidate: Candidate, found: str, todo: str) -> PluginError:
    """The refusal of what a hook gave."""
    return PluginError(f"The hook {hook} of plugin {candidate} was called.", found, todo)
