"""The page of the hooks, and of all that plugins hand over, from hookspecs, interfaces and cards. After a change of one
of them write it anew:

python -m tests.docs_hooks > docs/reference/hooks.md
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from dataclasses import MISSING, fields, is_dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ferbench import cards, hookspecs, interfaces
from ferbench.plugin_manager import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field
    from types import ModuleType

INTRODUCTION = f"""# Hooks

What a plugin hands over, from the code itself and kept current by a test. A plugin is a module with one or more of
these hooks, each marked with `@hookimpl`; the how-to pages have complete examples for a
[model](../how-to/write-a-model-plugin.md), a [data set](../how-to/write-a-dataset-plugin.md) and a
[metric](../how-to/write-a-metric-plugin.md), and `ferbench plugin new` writes one to start from.

`FERBENCH_API = {API_VERSION}` in that module says for which version of all this it is written, and
`FERBENCH_SOURCES = ("other_package",)` names packages whose code belongs to it.
"""
CARDS = """## Cards

Types and defaults of `ferbench.cards`; [Cards](cards.md) says what the fields mean. A field without a default must be
stated; what is not known is stated as `None`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            INTRODUCTION,
            *(line for hook in hooks() for line in hook_section(hook)),
            *("## What they return", ""),
            *(line for item in classes(interfaces) for line in class_section(item)),
            CARDS,
            *(line for item in classes(cards) for line in class_section(item)),
            *("### Values", "", *values()),
        ]
    )


def hooks() -> list[FunctionType]:
    """The hooks, in the order of their definition."""
    return [hook for name, hook in vars(hookspecs).items() if name.startswith("ferbench_")]


def classes(module: ModuleType) -> list[type]:
    """The classes that a module defines, in the order of their definition."""
    return [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]


def hook_section(hook: FunctionType) -> Iterator[str]:
    """A hook: its name, its signature, what it is for."""
    yield from (f"## {hook.__name__}", "", *fenced("@hookimpl", signature(hook)), *prose(hook), "")


def class_section(item: type) -> Iterator[str]:
    """A dataclass with its fields, or a protocol with its methods."""
    yield from (f"### {item.__name__}", "", *prose(item), "")
    if is_dataclass(item):
        said = comments(item)
        yield from ("| field | type | default | |", "|---|---|---|---|")
        yield from (row(one, said.get(one.name, "")) for one in fields(item))
        yield ""
    for name, member in vars(item).items():
        if isinstance(member, property) and member.fget:
            yield from (*fenced(f"{name}: {inspect.signature(member.fget).return_annotation}"), *prose(member), "")
        elif isinstance(member, FunctionType) and member.__doc__ and name in {"__call__", name.strip("_")}:
            yield from (*fenced(signature(member)), *prose(member), "")


def fenced(*lines: str) -> list[str]:
    """Lines of Python as a block."""
    return ["```python", *lines, "```", ""]


def signature(function: FunctionType) -> str:
    """The line that defines a function, without `self`."""
    shown = str(inspect.signature(function)).replace("'", "").replace("(self, ", "(").replace("(self)", "()")
    return f"def {function.__name__}{shown}: ..."


def prose(item: Any) -> list[str]:
    """The docstring: what it raises becomes a list."""
    text, _, raised = (inspect.getdoc(item) or "").partition("\n\nRaises:\n")
    entries = re.findall(r"^ {4}(\w+): (.*(?:\n {6,}.*)*)", raised, re.MULTILINE)
    points = [f"- raises `{name}`: {' '.join(said.split())}" for name, said in entries]
    return [*text.splitlines(), *(["", *points] if points else [])]


def row(one: Field[Any], said: str) -> str:
    """A field as a line of a table."""
    kind = str(one.type).replace(" | ", " or ")
    return f"| `{one.name}` | `{kind}` | {default(one)} | {said} |"


def default(one: Field[Any]) -> str:
    """The default of a field; nothing where it must be stated."""
    if one.default is not MISSING:
        return f"`{one.default!r}`"
    if one.default_factory is MISSING:
        return ""
    made = one.default_factory()
    return f"`{type(made).__name__}()`" if is_dataclass(made) else f"`{made!r}`"


def comments(item: type) -> dict[str, str]:
    """What the lines that begin with `#:` say above the fields of a class, by field."""
    lines = inspect.getsource(item).splitlines()
    body = ast.parse("\n".join(lines)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        statement.target.id: comment_above(lines, statement.lineno - 1)
        for statement in body.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def comment_above(lines: list[str], place: int) -> str:
    """The `#:` lines directly above a line, as one text."""
    first = place
    while lines[first - 1].strip().startswith("#:"):
        first -= 1
    return " ".join(line.strip().removeprefix("#:").strip() for line in lines[first:place])


def values() -> Iterator[str]:
    """The names of the choices that fields have, with what can be chosen."""
    yield from ("| name | values |", "|---|---|")
    for name, kind in vars(cards).items():
        if getattr(kind, "__module__", "") == "typing" and hasattr(kind, "__args__"):
            yield f"| `{name}` | {', '.join(f'`{value}`' for value in kind.__args__)} |"


def main() -> None:
    """Print the page."""
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page().rstrip() + "\n")


if __name__ == "__main__":
    main()
