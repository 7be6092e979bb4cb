"""One plugin: imported, asked, and put on the shelves; or reported, with its traceback, and everything as before."""

from __future__ import annotations

import importlib.util
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.catalog import Origin, PluginReport, Registered, sources_sha256
from ferbench.errors import FerbenchError, PluginError
from ferbench.interfaces import DatasetEntry, DetectorEntry, LedgerEntry, MetricEntry, ModelEntry, ModelScheme
from ferbench.plugin_manager.api_version import require_known_api
from ferbench.plugin_manager.candidates import OWN
from ferbench.plugin_manager.containment import contained
from ferbench.plugin_manager.entries import entries_of
from ferbench.plugin_manager.faults import INTERRUPTS, by_user, on_purpose, said_by
from ferbench.plugin_manager.tracing import Trace
from ferbench.plugin_manager.witness import note_call

if TYPE_CHECKING:
    from types import ModuleType

    from ferbench.catalog import Catalog, Shelf
    from ferbench.interfaces import Entry
    from ferbench.plugin_manager.candidates import Candidate


def admit(candidate: Candidate, catalog: Catalog, *, fatal: bool, trace: Trace | None = None) -> None:
    """Load one plugin and put its entries into the catalog, or its failure into the reports.

    Raises:
        FerbenchError: it is broken, and `fatal`.
    """
    with INTERRUPTS.watched():
        try_to_admit(candidate, catalog, trace or Trace(candidate=candidate), fatal=fatal)


def try_to_admit(candidate: Candidate, catalog: Catalog, trace: Trace, *, fatal: bool) -> None:
    """As `admit`, while Ctrl+C can be told from a KeyboardInterrupt of the plugin's own."""
    note_call(candidate.name, candidate.distribution, candidate.version, "It was to be loaded.")
    try:
        origin, entries = loaded(candidate, trace)
        require_free_names(entries, catalog, candidate)
    except BaseException as error:
        if by_user(error):
            raise
        trace.note(f"broken: {reason_of(error)}")
        if fatal:
            raise as_plugin_error(candidate, error) from error
        broken = PluginReport(name=candidate.name, origin=None, error=traceback_of(error), reason=reason_of(error))
        catalog.reports.append(broken)
        return
    entry: Any
    for entry in entries:
        shelf_of(entry, catalog).add(Registered(entry=entry, origin=origin))
    provides = tuple(entry.card.name for entry in entries)
    catalog.reports.append(PluginReport(name=candidate.name, origin=origin, provides=provides))


def loaded(candidate: Candidate, trace: Trace) -> tuple[Origin, list[Entry]]:
    """The origin and the entries of a plugin."""
    with contained() as changed:
        with trace.timed("imported"):
            module = candidate.load()
        require_known_api(module, str(candidate))
        found = origin_of(candidate, module), entries_of(module, candidate, trace)
    if changed:
        trace.note(f"put back what it had changed: {', '.join(changed)}")
    return found


def traceback_of(error: BaseException) -> str:
    """The traceback of an error; formatting it calls the error's own code, which may raise."""
    try:
        return "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001 - a stranger's __str__ may raise anything
        return "".join(traceback.format_tb(error.__traceback__)) + said_by(error)


def reason_of(error: BaseException) -> str:
    """The failure of a plugin in one line."""
    found = error.found if isinstance(error, FerbenchError) and on_purpose(error) else said_by(error)
    return next(iter(found.splitlines()), "")


def as_plugin_error(candidate: Candidate, error: BaseException) -> FerbenchError:
    """The failure of a plugin that had to load."""
    if isinstance(error, FerbenchError) and on_purpose(error):
        return error
    return PluginError(
        f"The plugin {candidate.name!r} of {candidate.distribution} {candidate.version} was to be loaded.",
        f"It raised {said_by(error)}",
        "Mend it, or leave it out; `ferbench list plugins` shows the traceback of installed ones.",
    )


def origin_of(candidate: Candidate, module: ModuleType) -> Origin:
    """Where a plugin's source lies: its file or package, and the packages that it names in FERBENCH_SOURCES."""
    shared = [importlib.util.find_spec(name) for name in getattr(module, "FERBENCH_SOURCES", ())]
    files = [module.__file__, *(spec.origin for spec in shared if spec)]
    paths = (Path(file) for file in files if file)
    sources = tuple(path.parent if path.name == "__init__.py" else path for path in paths)
    return Origin(
        plugin=candidate.name,
        distribution=candidate.distribution,
        version=candidate.version,
        sources=sources,
        sha256=sources_sha256(sources),
    )


def require_free_names(entries: list[Entry], catalog: Catalog, candidate: Candidate) -> None:
    """Refuse a plugin that gives a name of ferbench's own: whoever runs what has this name means that one.

    Two strangers may give one name; then it is an error for who asks for it, and for nobody else.
    """
    for entry in entries:
        shelf, name = shelf_of(entry, catalog), entry.card.name
        if name not in shelf or candidate.distribution == OWN:
            continue
        own = [item.origin.plugin for item in shelf if item.entry.card.name == name and item.origin.distribution == OWN]
        if own:
            raise PluginError(
                f"The entries of plugin {candidate} were to be listed.",
                f"It gives the {shelf.kind} {name!r}, which is one of ferbench's own (plugin {own[0]!r}).",
                "Give it another name.",
            )


def shelf_of(entry: Entry, catalog: Catalog) -> Shelf[Any]:
    """The shelf of an entry's kind."""
    shelves: dict[type, Shelf[Any]] = {
        ModelEntry: catalog.models,
        ModelScheme: catalog.schemes,
        DatasetEntry: catalog.datasets,
        MetricEntry: catalog.metrics,
        DetectorEntry: catalog.detectors,
        LedgerEntry: catalog.ledgers,
    }
    return shelves[type(entry)]
