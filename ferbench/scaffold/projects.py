"""Which files a plugin of each kind is made of, and their text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from ferbench.plugin_manager import API_VERSION
from ferbench.scaffold.miniature import miniature

if TYPE_CHECKING:
    from ferbench.scaffold.names import Names

Kind = Literal["model", "dataset", "metric"]

#: What people call the kinds.
NOUNS: dict[Kind, str] = {"model": "model", "dataset": "data set", "metric": "metric"}

#: Templates by the path that they are written to, in which `PACKAGE` is the name of the package.
_SHARED = {
    "pyproject.toml": "pyproject.toml",
    ".gitignore": "gitignore",
    ".github/workflows/check.yml": "check.yml",
}
_OWN: dict[Kind, tuple[str, ...]] = {
    "model": ("README.md", "PACKAGE/__init__.py", "PACKAGE/card.py", "PACKAGE/network.py", "tests/test_plugin.py"),
    "dataset": (
        "README.md",
        "ferbench.toml",
        "PACKAGE/__init__.py",
        "PACKAGE/card.py",
        "PACKAGE/opening.py",
        "tests/test_plugin.py",
        "tests/test_opening.py",
    ),
    "metric": (
        "README.md",
        "PACKAGE/__init__.py",
        "PACKAGE/card.py",
        "PACKAGE/score.py",
        "tests/test_plugin.py",
        "tests/test_score.py",
    ),
}


def project_files(names: Names, kind: Kind) -> dict[str, str]:
    """Texts of a project by their path in its folder."""
    own = {path: f"{kind}/{path.rpartition('/')[2]}" for path in _OWN[kind]}
    texts = {path: text_of(template, names, kind) for path, template in (_SHARED | own).items()}
    texts["PACKAGE/py.typed"] = ""
    if kind == "dataset":
        texts |= {f"tests/miniature/{path}": text for path, text in miniature().items()}
    return {path.replace("PACKAGE", names.package): text for path, text in texts.items()}


def drop_in_file(names: Names, kind: Kind) -> dict[str, str]:
    """The text of a plugin that is one file, by its name."""
    return {f"{names.name}.py": text_of(f"{kind}/drop_in.py", names, kind)}


def text_of(template: str, names: Names, kind: Kind) -> str:
    """The text of a template."""
    values = {"names": names, "kind": kind, "noun": NOUNS[kind], "api_version": API_VERSION}
    return templates().get_template(f"{template}.jinja").render(values)


@cache
def templates() -> Environment:
    """The templates."""
    return Environment(  # noqa: S701 - Python, TOML and Markdown are written; nothing is HTML
        loader=PackageLoader("ferbench.scaffold"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
