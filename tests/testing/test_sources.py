"""Which imports of ferbench a plugin may not rely on, read from its source."""

from __future__ import annotations

import pytest

from ferbench.testing.plugin_checks.sources import private_imports

PRIVATE = "from ferbench.pipeline.load import build\n"


@pytest.mark.parametrize(
    "text",
    [
        PRIVATE,
        f"if not TYPE_CHECKING:\n    {PRIVATE}",
        f"if TYPE_CHECKING or True:\n    {PRIVATE}",
        f"if TYPE_CHECKING:\n    pass\nelse:\n    {PRIVATE}",
        f"def later():\n    {PRIVATE}",
        f"try:\n    {PRIVATE}except ImportError:\n    pass\n",
    ],
)
def test_what_runs_counts(tmp_path, text):
    """At the top, in a function, in a branch, and where somebody else than a type checker comes by."""
    path = tmp_path / "plugin.py"
    path.write_text(text, encoding="utf-8")

    assert [name for _, name in private_imports(path)] == ["ferbench.pipeline.load.build"]


@pytest.mark.parametrize(
    "text",
    [
        f"if TYPE_CHECKING:\n    {PRIVATE}",
        f"import typing\nif typing.TYPE_CHECKING:\n    {PRIVATE}",
        "import ferbench\nfrom ferbench.cards import ModelCard\nfrom ferbench import hookimpl\n",
        "from . import pipeline\nfrom .pipeline import load\n",
    ],
)
def test_what_only_type_checkers_import_does_not_count(tmp_path, text):
    """Nor what is public, or the plugin's own."""
    path = tmp_path / "plugin.py"
    path.write_text(text, encoding="utf-8")

    assert list(private_imports(path)) == []
