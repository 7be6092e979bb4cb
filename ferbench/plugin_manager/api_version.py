"""The version of what plugins and ferbench agree on: hooks, entries, cards, and the protocols behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import PluginError

if TYPE_CHECKING:
    from types import ModuleType

#: Raised by one whenever a plugin that worked before would not work any more.
API_VERSION = 1
#: Plugins for versions from here on still work.
OLDEST_API = 1


def require_known_api(module: ModuleType, plugin: str) -> None:
    """Refuse a plugin that says, as `FERBENCH_API = 1`, that it is written for a version that is not known here.

    A plugin that says nothing is taken for one of this version.
    """
    if "FERBENCH_API" not in vars(module):
        return
    declared = vars(module)["FERBENCH_API"]
    if type(declared) is not int:
        found, todo = f"It is {declared!r}, which is no whole number.", f"Write FERBENCH_API = {API_VERSION}."
    elif declared > API_VERSION:
        found = f"It is {declared}; this ferbench knows versions up to {API_VERSION}, so the plugin is newer."
        todo = "Update ferbench (pip install --upgrade ferbench), or install an older version of the plugin."
    elif declared < OLDEST_API:
        found = f"It is {declared}; this ferbench knows versions from {OLDEST_API} on, so the plugin is older."
        todo = "Update the plugin, or install an older ferbench."
    else:
        return
    raise PluginError(f"Plugin {plugin} states in FERBENCH_API which version of ferbench's API it uses.", found, todo)
