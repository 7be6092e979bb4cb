"""ferbench: the referee for facial expression recognition.

`evaluate` runs a `RunSpec`, `Leaderboard` keeps and ranks what came out, `hookimpl` marks the hooks of a plugin.
Importing ferbench imports neither torch nor SQLAlchemy: names are fetched when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ferbench.audit.rescoring import rescore
    from ferbench.audit.stored_run import verify
    from ferbench.hookspecs import hookimpl
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.run import evaluate
    from ferbench.plugin_manager import build_catalog
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec

__all__ = ["Leaderboard", "RunResult", "RunSpec", "build_catalog", "evaluate", "hookimpl", "rescore", "verify"]

_HOMES = {
    "Leaderboard": "ferbench.leaderboard.store",
    "RunResult": "ferbench.results",
    "RunSpec": "ferbench.spec",
    "build_catalog": "ferbench.plugin_manager",
    "evaluate": "ferbench.pipeline.run",
    "hookimpl": "ferbench.hookspecs",
    "rescore": "ferbench.audit.rescoring",
    "verify": "ferbench.audit.stored_run",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ferbench' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
