"""Which plugins there are: installed ones by their entry points, files that are dropped in. None is imported here."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import warnings
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING

from ferbench.config import unreachable
from ferbench.errors import MissingError, PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import ModuleType

GROUP = "ferbench"
#: The distribution whose names nobody else can take.
OWN = "ferbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plugin that is not loaded yet. `asked` says that the user named it, so that it must load."""

    name: str
    distribution: str
    version: str
    load: Callable[[], ModuleType]
    asked: bool = False

    def __str__(self) -> str:
        return f"{self.name!r} ({self.distribution} {self.version})"


def installed(names: set[str] | None) -> list[Candidate]:
    """Installed plugins, ferbench's own first, then by entry-point name; `names` limits them."""
    points = entry_points()
    found = [installed_plugin(point) for point in points if names is None or point.name in names]
    return sorted(found, key=lambda candidate: (candidate.distribution != OWN, candidate.name))


def entry_points() -> Iterable[metadata.EntryPoint]:
    """The entry points of all distributions that can be read: one that cannot must not hide the others."""
    try:
        return metadata.entry_points(group=GROUP)
    except (TypeError, ValueError):
        return [point for distribution in metadata.distributions() for point in readable_points(distribution)]


def readable_points(distribution: metadata.Distribution) -> list[metadata.EntryPoint]:
    """Entry points of one distribution; none where its list of them cannot be read, which is said."""
    try:
        return list(distribution.entry_points.select(group=GROUP))
    except (TypeError, ValueError) as error:
        place = distribution.locate_file("")
        warnings.warn(f"entry_points.txt of a distribution in {place} cannot be read: {error}", stacklevel=2)
        return []


def installed_plugin(point: metadata.EntryPoint) -> Candidate:
    """The plugin of an entry point."""
    facts = headers(point.dist) if point.dist else {}
    distribution, version = facts.get("Name", "unknown"), facts.get("Version", "unknown")
    return Candidate(name=point.name, distribution=distribution, version=version, load=point.load)


def headers(distribution: metadata.Distribution) -> dict[str, str]:
    """The metadata of a distribution by name.

    `distribution.metadata` parses a whole description anew for each fact, which takes longer than all else here.
    """
    try:
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    except UnicodeDecodeError:
        return {}
    lines = text.partition("\n\n")[0].splitlines()
    return {name: value.strip() for name, colon, value in (line.partition(":") for line in reversed(lines)) if colon}


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
