"""What the name of a new plugin becomes, and whether it is free."""

from __future__ import annotations

import importlib.util
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from ferbench.catalog import Catalog

#: So that a line of code which holds the name stays a line.
LONGEST = 40
#: A name as package indexes take it, which begins with a letter, since Python's names do.
_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")
#: What distributions of plugins begin with: a package called after a network alone would hide a library of that name.
_PREFIX = "ferbench-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """`name` is what ferbench calls it, and a file to drop in: `my_net`. Installed is `ferbench-my-net`."""

    name: str

    @property
    def distribution(self) -> str:
        """Name of the project and of its folder, as package indexes spell it."""
        return _PREFIX + self.name.replace("_", "-")

    @property
    def package(self) -> str:
        """Name of the Python package, such as `ferbench_my_net`."""
        return self.distribution.replace("-", "_")


def names_of(asked: str) -> Names:
    """What a name becomes; a leading `ferbench-` is not doubled.

    Raises:
        UsageError: the name cannot be that of a package and of a Python module.
    """
    if not _NAME.fullmatch(asked) or len(asked) > LONGEST:
        raise UsageError(
            f"A plugin {asked!r} was to be written.",
            f"The name of a plugin has up to {LONGEST} letters, digits, `-`, `_` and `.`, from a letter to a letter or "
            "digit.",
            "Choose a name such as my_net; --out says where the plugin is written.",
        )
    name = _SEPARATORS.sub("_", asked).lower().removeprefix("ferbench_")
    if keyword.iskeyword(name) or not name.isidentifier():
        raise UsageError(
            f"A plugin {asked!r} was to be written.",
            f"{name!r} cannot name a Python module: it is a word of the language, or begins with a digit.",
            "Choose another name, such as my_net.",
        )
    return Names(name=name)


def require_free(names: Names, module: str, catalog: Catalog) -> None:
    """Refuse a name that something has already: what ferbench knows, or, for its module, what Python imports.

    Raises:
        UsageError: it is taken; the message says by which plugin.
    """
    asked = f"A plugin {names.name!r} was to be written."
    for report in catalog.reports:
        if names.name in (report.name, *report.provides):
            owner = (
                f" of {report.origin.distribution} {report.origin.version}" if report.origin else ", which is broken"
            )
            raise UsageError(
                asked,
                f"The plugin {report.name!r}{owner} has that name, or gives something of that name.",
                "Choose another one; `ferbench list plugins` shows what is taken.",
            )
    if importlib.util.find_spec(module) is not None:
        raise UsageError(
            asked,
            f"Its module would be {module}, and Python has a module of that name here already.",
            "Choose another name.",
        )
