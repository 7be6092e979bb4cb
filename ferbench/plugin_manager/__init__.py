"""From installed plugins and drop-in files to a catalog, each plugin alone: a broken one breaks nobody else.

    candidates    which plugins there are, none of them imported
    building      build_catalog(): all of them, as the environment says
    admission     one plugin: imported, asked, put on the shelves, or reported
    entries       what hooks may return
    containment   what surrounds every call into a plugin: its output, its interrupts, the state of the process
    tracing       FERBENCH_TRACE_PLUGINS

pluggy's own entry-point loader stops at the first plugin that raises; hooks return data, so plugins never need to see
each other.
"""

from __future__ import annotations

from ferbench.plugin_manager.admission import admit
from ferbench.plugin_manager.api_version import API_VERSION
from ferbench.plugin_manager.building import build_catalog
from ferbench.plugin_manager.candidates import Candidate, dropped_in, installed

__all__ = ["API_VERSION", "Candidate", "admit", "build_catalog", "dropped_in", "installed"]
