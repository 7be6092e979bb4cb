"""What a plugin imports of ferbench."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import ferbench
from ferbench.errors import PluginError
from ferbench.testing.check import Check, NotApplicable, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ferbench.testing.find import AnySubject

#: The modules that stay as they are for plugins, see plugin-checks.md.
PUBLIC = ("card_file", "cards", "config", "emotions", "errors", "hookspecs", "interfaces", "results", "testing")
#: So many imports are named.
_FEW = 3
#: What is imported under a condition of this name alone never runs.
_FOR_TYPES = ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def public_modules(subject: AnySubject) -> str:
    """The plugin's Python files are read, not run; what only type checkers import does not count."""
    files = list(python_files(subject.registered.origin.sources))
    if not files:
        raise NotApplicable("an entry was handed over, whose files are not known: name the plugin instead")
    private = [f"{name} in line {line} of {path}" for path in files for line, name in private_imports(path)]
    require(not private, f"it imports {', '.join(private[:_FEW])}: no public module of ferbench")
    return f"{len(files)} files import public modules of ferbench alone"


def python_files(sources: Iterable[Path]) -> Iterator[Path]:
    """The Python files of a plugin."""
    for source in sources:
        yield from sorted(source.rglob("*.py")) if source.is_dir() else [source]


def private_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of what a file imports of ferbench and may not rely on."""
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        raise PluginError(f"{path} was read.", f"{path} is no Python: {error.msg}.", "Correct or remove it.") from error
    for node in nodes(tree):
        for name in imported(node):
            if not is_public(name):
                yield node.lineno, name


def nodes(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports below a node, but those under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and ast.unparse(child.test) in _FOR_TYPES:
            for other in child.orelse:
                yield from nodes(ast.Module(body=[other], type_ignores=[]))
        else:
            yield from nodes(child)


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Full names of what an import brings, relative ones left out: those are the plugin's own."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names] if node.module and not node.level else []


def is_public(name: str) -> bool:
    """Whether a name is none of ferbench's, a public name of `ferbench` itself, or of a public module."""
    package, _, rest = name.partition(".")
    return package != "ferbench" or not rest or rest.split(".")[0] in (*PUBLIC, *ferbench.__all__)


CHECKS = (
    Check(
        name="public-modules",
        kinds=("model", "dataset", "metric", "detector"),
        asks="The plugin imports no private module of ferbench.",
        mend=f"Import from ferbench itself, or from ferbench.{', '.join(PUBLIC)}: the others change without notice.",
        run=public_modules,
    ),
)
