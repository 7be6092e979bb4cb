"""Ledgers come with plugins: found through the hook, left out when they are not right, never fatal for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferbench.errors import PluginError
from ferbench.ledger.reading import load_ledger
from ferbench.plugin_manager import build_catalog
from tests.ledger.building import ledger_file

PLUGIN = """\
from pathlib import Path

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import LedgerEntry

@hookimpl
def ferbench_ledgers():
    return [LedgerEntry(name={name!r}, path=Path({path!r}))]
"""


@pytest.fixture
def plugin(tmp_path):
    """Writes a drop-in plugin with a ledger."""

    def write(file, path, name="theirs"):
        written = tmp_path / file
        written.write_text(PLUGIN.format(name=name, path=str(path)), encoding="utf-8")
        return written

    return write


def test_a_plugin_brings_a_ledger(tmp_path, plugin):
    """Its claims stand after those of ferbench, with the ledger's name."""
    path = ledger_file(tmp_path / "theirs.toml", {"model": "theirs"})
    catalog = build_catalog([plugin("theirs.py", path)])

    (found,) = load_ledger(catalog).claims_about("theirs")

    assert found.place.ledger == "theirs"
    assert catalog.reports[-1].provides == ("theirs",)
    assert [item.entry.name for item in catalog.ledgers] == ["reported", "theirs"]


def test_the_ledger_of_ferbench_is_a_plugin_like_others():
    """It comes by the hook, from a package of its own, and not where its plugin is not loaded."""
    (ours,) = build_catalog().ledgers

    assert (ours.origin.plugin, ours.origin.distribution) == ("ledger", "ferbench")
    assert Path("leaderboards/ferbench_ledger/reported.toml").parts == ours.entry.path.parts[-3:]
    assert load_ledger(build_catalog(environ={"FERBENCH_LOAD_PLUGINS": ""})).claims == ()


def test_it_can_be_read_without_the_other_plugins():
    """Its names are known to ferbench even where no data set is loaded."""
    alone = load_ledger(build_catalog(environ={"FERBENCH_LOAD_PLUGINS": "ledger"}))

    assert alone == load_ledger(build_catalog())


@pytest.mark.parametrize("content", ["[[claim", "[[claim]]\nmark = 'M'\n", None])
def test_a_broken_ledger_breaks_nobody_else(tmp_path, plugin, content):
    """A plugin's ledger that is wrong or missing is named, and the others are there."""
    path = tmp_path / "theirs.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    found = load_ledger(build_catalog([plugin("theirs.py", path)]))

    assert [name for name, reason in found.broken] == ["theirs"]
    assert len(found.claims_about("poster_v2")) > 3


def test_a_path_is_a_path(tmp_path):
    """A text in its place is refused when the plugin is loaded, not when somebody asks for claims."""
    path = tmp_path / "wrong.py"
    path.write_text(PLUGIN.format(name="a", path="a").replace("Path('a')", "'a'"), encoding="utf-8")

    with pytest.raises(PluginError, match=r"which is no pathlib\.Path"):
        build_catalog([path])


def test_two_ledgers_of_one_name(tmp_path, plugin):
    """Neither is used, and the catalog says who gave it."""
    path = ledger_file(tmp_path / "theirs.toml", {"model": "theirs"})
    catalog = build_catalog([plugin("one.py", path), plugin("two.py", path)])

    assert catalog.ledgers.clashes() == {"theirs": ["one", "two"]}
    assert load_ledger(catalog).claims_about("theirs") == ()


@pytest.mark.parametrize(
    "given", ["'claims.toml'", "LedgerEntry(name='', path=Path('a'))", "LedgerEntry(name=3, path=Path('a'))"]
)
def test_the_hook_gives_entries(tmp_path, given):
    """What is no entry with a name is refused, with the name of the hook."""
    path = tmp_path / "wrong.py"
    text = PLUGIN.format(name="a", path="a")
    path.write_text(text.replace("LedgerEntry(name='a', path=Path('a'))", given), encoding="utf-8")

    with pytest.raises(PluginError, match="ferbench_ledgers"):
        build_catalog([path])
