"""The state of torch as it is when it has just been imported, for plugins that import it and change it at once.

Whoever imports torch first may be a plugin: then there is no state before to put back but torch's own.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

from ferbench.plugin_manager.kernel_state import KERNEL_PARTS
from ferbench.plugin_manager.torch_state import TORCH_PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

#: Values by part, once torch has been imported under watch.
FIRST_STATE: dict[str, Any] = {}
#: torch itself from then on: it cannot be imported a second time.
WATCHED: dict[str, ModuleType] = {}


class _NotingLoader(SourceFileLoader):
    """Executes torch as always, and notes its state afterwards."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute a module."""
        super().exec_module(module)
        WATCHED[module.__name__] = module
        FIRST_STATE.update({part.name: part.read() for part in (*KERNEL_PARTS, *TORCH_PARTS)})


class _TorchFinder:
    """Finds torch where everybody finds it."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of torch; None for everything else."""
        if name != "torch":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _NotingLoader(spec.loader.name, spec.loader.path)
        return spec


def watch_torch() -> None:
    """Note torch's state when it is imported."""
    if _TorchFinder not in sys.meta_path:
        sys.meta_path.insert(0, _TorchFinder)


def is_feigned(name: str) -> bool:
    """Whether what stands for a library was put there by hand: what is imported says where it came from."""
    return name in sys.modules and getattr(sys.modules[name], "__spec__", None) is None
