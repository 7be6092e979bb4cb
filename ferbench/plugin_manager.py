"""build_catalog(): every plugin is found, loaded and asked alone, so that a broken one breaks nobody else.

pluggy's own entry-point loader stops at the first plugin that raises. Here each plugin gets a manager of its own:
hooks return data, so plugins never need to see each other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from ferbench import hookspecs
from ferbench.cards import DatasetCard, DetectorCard, MetricCard, ModelCard, SchemeCard
from ferbench.catalog import Catalog, Origin, PluginReport, Registered, sources_sha256
from ferbench.config import unreachable
from ferbench.errors import FerbenchError, MissingError, PluginError
from ferbench.interfaces import DatasetEntry, DetectorEntry, LedgerEntry, MetricEntry, ModelEntry, ModelScheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from ferbench.interfaces import Entry

GROUP = "ferbench"
#: Hook -> what its entries may be, and what their cards are.
_KINDS: dict[str, dict[type, type]] = {
    "ferbench_models": {ModelEntry: ModelCard, ModelScheme: SchemeCard},
    "ferbench_datasets": {DatasetEntry: DatasetCard},
    "ferbench_metrics": {MetricEntry: MetricCard},
    "ferbench_detectors": {DetectorEntry: DetectorCard},
    "ferbench_ledgers": {LedgerEntry: LedgerEntry},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plugin that is not loaded yet. `asked` says that the user named it, so that it must load."""

    name: str
    distribution: str
    version: str
    load: Callable[[], ModuleType]
    asked: bool = False


def build_catalog(
    files: Iterable[Path] = (), folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Catalog:
    """Catalog of the installed plugins (entry-point group `ferbench`) and of drop-in files.

    `FERBENCH_LOAD_PLUGINS=a,b` limits the installed ones (empty: none); `FERBENCH_STRICT_PLUGINS=1` makes a broken one
    fatal. A drop-in that the user names is always wanted.

    Raises:
        PluginError: a named drop-in is broken or missing, or any plugin is broken under FERBENCH_STRICT_PLUGINS.
        MissingError: there is no such folder.
    """
    wanted = environ.get("FERBENCH_LOAD_PLUGINS")
    names = None if wanted is None else {name.strip() for name in wanted.split(",")}
    strict = environ.get("FERBENCH_STRICT_PLUGINS", "") not in {"", "0"}
    catalog = Catalog()
    for candidate in [*installed(names), *dropped_in(files, folder)]:
        admit(candidate, catalog, fatal=strict or candidate.asked)
    return catalog


def installed(names: set[str] | None) -> list[Candidate]:
    """Installed plugins, by entry-point name; `names` limits them."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    return [
        Candidate(
            name=point.name,
            distribution=(point.dist and point.dist.name) or "unknown",
            version=(point.dist and point.dist.version) or "unknown",
            load=point.load,
        )
        for point in points
        if names is None or point.name in names
    ]


def dropped_in(files: Iterable[Path], folder: Path | None) -> list[Candidate]:
    """Drop-in plugins: the named files, and every other Python file of a folder; each once."""
    found = {path.absolute(): (path, False) for path in python_files(folder)}
    found |= {path.absolute(): (path, True) for path in files}
    return [
        Candidate(
            name=path.stem,
            distribution=str(path),
            version="drop-in",
            load=partial(run_file, path),
            asked=asked,
        )
        for path, asked in found.values()
    ]


def python_files(folder: Path | None) -> list[Path]:
    """The Python files that lie in a folder, by name."""
    if folder is None:
        return []
    problem = unreachable(folder)
    if not problem and folder.is_dir():
        return sorted(folder.glob("*.py"))
    raise MissingError(
        f"The plugins of {folder} were to be loaded.", problem or "It is no folder.", "Check the path of --plugins-dir."
    )


def run_file(path: Path) -> ModuleType:
    """Import a Python file under a name of its own."""
    name = f"ferbench_dropin_{path.stem}_{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(
            f"The plugin file {path} was to be loaded.", "It is no Python file.", "Check the path after --plugin."
        )
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up there while it is still being executed.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def admit(candidate: Candidate, catalog: Catalog, *, fatal: bool) -> None:
    """Load one plugin and put its entries into the catalog, or its failure into the reports."""
    try:
        # What a plugin prints must not end up in a JSON document on stdout.
        with redirect_stdout(sys.stderr):
            module = candidate.load()
            entries = entries_of(module, candidate.name)
        origin = origin_of(candidate, module)
    except (Exception, SystemExit) as error:
        if fatal:
            raise as_plugin_error(candidate, error) from error
        broken = PluginReport(name=candidate.name, origin=None, error=traceback.format_exc(), reason=reason_of(error))
        catalog.reports.append(broken)
        return
    for entry in entries:
        shelve(catalog, entry, origin)
    provides = tuple(entry.card.name for entry in entries)
    catalog.reports.append(PluginReport(name=candidate.name, origin=origin, provides=provides))


def reason_of(error: BaseException) -> str:
    """The failure of a plugin in one line."""
    found = error.found if isinstance(error, FerbenchError) else f"{type(error).__name__}: {error}"
    return found.splitlines()[0]


def as_plugin_error(candidate: Candidate, error: BaseException) -> FerbenchError:
    """The failure of a plugin that had to load."""
    if isinstance(error, FerbenchError):
        return error
    return PluginError(
        f"The plugin {candidate.name!r} of {candidate.distribution} {candidate.version} was to be loaded.",
        f"It raised {type(error).__name__}: {error}",
        "Mend it, or leave it out; `ferbench list plugins` shows the traceback of installed ones.",
    )


def entries_of(module: ModuleType, name: str) -> list[Entry]:
    """What the hooks of one plugin return; pluggy refuses unknown hooks and wrong arguments by name."""
    manager = pluggy.PluginManager("ferbench")
    manager.add_hookspecs(hookspecs)
    manager.register(module, name)
    manager.check_pending()
    return [
        checked(entry, hook, name) for hook in _KINDS for entries in getattr(manager.hook, hook)() for entry in entries
    ]


def checked(entry: Any, hook: str, name: str) -> Any:
    """An entry of the right type with a card of the right type and a name, or a PluginError that names the hook."""
    kinds = _KINDS[hook]
    card = getattr(entry, "card", None)
    fits = any(isinstance(entry, kind) and isinstance(card, card_kind) for kind, card_kind in kinds.items())
    if fits and isinstance(getattr(card, "name", None), str):
        return well_named(entry, hook, name)
    pairs = " or ".join(f"{kind.__name__} with a {card_kind.__name__}" for kind, card_kind in kinds.items())
    raise PluginError(
        f"The hook {hook} of plugin {name!r} was called.",
        f"It gave {entry!r}, which is no {pairs} and a name.",
        f"Return a list of {' or '.join(f'ferbench.interfaces.{kind.__name__}' for kind in kinds)}.",
    )


def well_named(entry: Any, hook: str, name: str) -> Any:
    """An entry whose name can be recorded; `recall/fear` is the metric `recall` for one class."""
    if entry.card.name and not (isinstance(entry, MetricEntry) and "/" in entry.card.name):
        return entry
    raise PluginError(
        f"The hook {hook} of plugin {name!r} was called.",
        f"It gave an entry with the name {entry.card.name!r}.",
        "Give it a name; that of a metric has no slash.",
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


def shelve(catalog: Catalog, entry: Entry, origin: Origin) -> None:
    """Put an entry on the shelf of its kind."""
    if isinstance(entry, ModelEntry):
        catalog.models.add(Registered(entry=entry, origin=origin))
    elif isinstance(entry, ModelScheme):
        catalog.schemes.add(Registered(entry=entry, origin=origin))
    elif isinstance(entry, DatasetEntry):
        catalog.datasets.add(Registered(entry=entry, origin=origin))
    elif isinstance(entry, DetectorEntry):
        catalog.detectors.add(Registered(entry=entry, origin=origin))
    elif isinstance(entry, LedgerEntry):
        catalog.ledgers.add(Registered(entry=entry, origin=origin))
    else:
        catalog.metrics.add(Registered(entry=entry, origin=origin))
