"""Hooks by their names: misspelt ones, and ones that lack their decorator, are named instead of ignored."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ferbench import hookspecs
from ferbench.errors import PluginError

if TYPE_CHECKING:
    from types import ModuleType

    import pluggy

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("ferbench_"))
#: Where pluggy's markers leave what they were told.
_IMPL, _SPEC = "ferbench_impl", "ferbench_spec"


def require_known_hooks(manager: pluggy.PluginManager, module: ModuleType, plugin: str) -> None:
    """Refuse a plugin with a hook that ferbench never calls."""
    for caller in manager.get_hookcallers(module) or ():
        own = [impl for impl in caller.get_hookimpls() if impl.plugin is module]
        if not caller.has_spec() and not all(impl.optionalhook for impl in own):
            near = get_close_matches(caller.name, HOOKS, n=1, cutoff=0.5)
            raise PluginError(
                f"The hooks of plugin {plugin} were to be called.",
                f"It has the unknown hook {caller.name!r}.",
                f"Did you mean {near[0]!r}?" if near else f"The hooks are {', '.join(HOOKS)}.",
            )


def require_decorated_hooks(module: ModuleType, plugin: str) -> None:
    """Refuse a plugin with a function of a hook's name that pluggy does not take for one."""
    for name in HOOKS:
        function = vars(module).get(name)
        if callable(function) and not hasattr(function, _IMPL) and not hasattr(function, _SPEC):
            raise PluginError(
                f"The hooks of plugin {plugin} were to be called.",
                f"Its function {name} has no decorator, and would never be called.",
                "Write @hookimpl above it: from ferbench.hookspecs import hookimpl",
            )
