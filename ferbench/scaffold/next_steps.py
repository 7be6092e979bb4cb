"""What to type after a plugin was written."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.scaffold.names import Names


def steps_for_project(names: Names, out: Path) -> list[str]:
    """Commands that install a project, check it and run its tests."""
    return [
        f"cd {shlex.quote(str(out / names.distribution))}",
        "python -m pip install --editable '.[test]'",
        f"ferbench plugin check {names.name}",
        "pytest",
    ]


def steps_for_drop_in(names: Names, out: Path) -> list[str]:
    """The command that checks a file."""
    return [f"ferbench plugin check {names.name} --plugin {shlex.quote(str(out / names.name))}.py"]
