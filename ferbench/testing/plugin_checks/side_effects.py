"""Whether a plugin leaves the world alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from ferbench.testing.find import AnySubject

#: So many deeds are named.
_FEW = 3


def no_side_effects(subject: AnySubject) -> str:
    """A new process imports the plugin and loads its model or opens its data set, and Python reports the deeds."""
    subject.found_again()
    deeds = list(dict.fromkeys(subject.elsewhere["deeds"]))
    more = f"; and {len(deeds) - _FEW} more" if len(deeds) > _FEW else ""
    require(not deeds, f"the plugin {'; it '.join(deeds[:_FEW])}{more}")
    return "it writes no file, uses no network and starts no process"


CHECKS = (
    Check(
        name="no-side-effects",
        kinds=("model", "dataset", "metric", "detector"),
        asks="Importing the plugin, and loading or opening what it gives, writes no file, starts no process and "
        "uses no network.",
        mend="Leave downloads to `ferbench weights pull`, and write nothing: compute again what is cached now.",
        run=no_side_effects,
    ),
)
