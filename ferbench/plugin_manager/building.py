"""build_catalog(): all plugins, as the environment says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ferbench.catalog import Catalog
from ferbench.plugin_manager.admission import admit
from ferbench.plugin_manager.candidates import dropped_in, installed
from ferbench.plugin_manager.tracing import Trace, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def build_catalog(
    files: Iterable[Path] = (), folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Catalog:
    """Catalog of the installed plugins (entry-point group `ferbench`) and of drop-in files.

    `FERBENCH_LOAD_PLUGINS=a,b` limits the installed ones (empty: none); `FERBENCH_STRICT_PLUGINS=1` makes a broken one
    fatal; `FERBENCH_TRACE_PLUGINS=1` says on stderr how loading each of them goes. A drop-in that the user names is
    always wanted.

    Raises:
        PluginError: a named drop-in is broken or missing, or any plugin is broken under FERBENCH_STRICT_PLUGINS.
        MissingError: there is no such folder.
    """
    wanted = environ.get("FERBENCH_LOAD_PLUGINS")
    names = None if wanted is None else {name.strip() for name in wanted.split(",")}
    # What there is says what to read: a plugin that changes the environment meanwhile changes nothing here.
    strict, traced = switched_on("FERBENCH_STRICT_PLUGINS", environ), switched_on("FERBENCH_TRACE_PLUGINS", environ)
    catalog = Catalog()
    for candidate in [*installed(names), *dropped_in(files, folder)]:
        trace = Trace(candidate=candidate)
        try:
            admit(candidate, catalog, fatal=strict or candidate.asked, trace=trace)
        finally:
            if traced:
                tell(trace)
    return catalog


def switched_on(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a variable says yes; an empty one, and 0, are no."""
    return environ.get(name, "") not in {"", "0"}
