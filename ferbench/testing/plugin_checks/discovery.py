"""Whether a plugin can be listed at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.testing.check import Check, require
from ferbench.testing.processes.start import discovery

if TYPE_CHECKING:
    from ferbench.testing.find import AnySubject


def light_discovery(subject: AnySubject) -> str:
    """A new process imports the plugin, calls its hooks, and looks at what came with that."""
    heavy = discovery(subject.found_again())["heavy"]
    require(not heavy, f"importing the plugin and calling its hooks imported {', '.join(heavy)}")
    return "importing the plugin and calling its hooks imports no heavy library"


CHECKS = (
    Check(
        name="light-discovery",
        kinds=("model", "dataset", "metric", "detector"),
        asks="Importing the plugin and calling its hooks imports no torch.",
        mend="Import torch inside build() or open(), and keep networks in a module that only build() imports.",
        run=light_discovery,
    ),
)
