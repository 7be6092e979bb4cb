"""Plugins in isolation: installed ones with real metadata on the path, drop-in files, and what is wrong with them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ferbench.errors import FerbenchError, MissingError, PluginError
from ferbench.plugin_manager import build_catalog
from tests.cli.dropins import MINE, metric, model
from tests.cli.terminal import Terminal

ROOT = Path(__file__).parents[1]
#: No installed plugin, so that a test sees its own alone.
NONE = {"FERBENCH_LOAD_PLUGINS": ""}

HEADER = "from ferbench.hookspecs import hookimpl\nfrom ferbench.interfaces import *\n"
MISSPELT = f"{HEADER}@hookimpl\ndef ferbench_model():\n    return []\n"

#: Entry-point name -> source of its module.
INSTALLED = {
    "good": metric("return 1.0", name="good"),
    "raises_at_import": "raise RuntimeError('at import')\n",
    "raises_in_hook": f"{HEADER}@hookimpl\ndef ferbench_models():\n    raise RuntimeError('in the hook')\n",
    "exits": "import sys\nsys.exit(0)\n",
    "prints": "print('LOUD')\n" + metric("return 1.0").replace("    card =", "    print('LOUD')\n    card ="),
    "misspelt": MISSPELT,
    "wrong_entries": f"{HEADER}@hookimpl\ndef ferbench_models():\n    return ['a model']\n",
    "no_card": f"{HEADER}@hookimpl\ndef ferbench_models():\n    return [ModelEntry(card=None)]\n",
    "one_entry": f"{HEADER}@hookimpl\ndef ferbench_metrics():\n    return MetricEntry(card=None, compute=None)\n",
    "wrong_arguments": f"{HEADER}@hookimpl\ndef ferbench_models(config):\n    return []\n",
    "syntax": "def broken(:\n",
    "clash_one": metric("return 1.0", name="clash"),
    "clash_two": metric("return 0.0", name="clash"),
}
BROKEN = set(INSTALLED) - {"good", "prints", "clash_one", "clash_two"}


@dataclass(frozen=True)
class Site:
    """A folder of installed plugins, and a terminal whose Python sees it."""

    terminal: Terminal
    folder: Path

    def ferbench(self, *arguments, **variables):
        """The command line with these plugins installed."""
        return self.terminal.ferbench(*arguments, variables={"PYTHONPATH": str(self.folder), **variables})

    def reports(self, **variables):
        """How loading went, by plugin."""
        done = self.ferbench("list", "plugins", "--json", **variables)
        assert done.status == 0, done.err
        return {row["name"]: row for row in done.json["plugins"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Thirteen distributions with metadata as installers write it, most of them broken."""
    folder = tmp_path_factory.mktemp("site")
    for name, source in INSTALLED.items():
        (folder / f"theirs_{name}.py").write_text(source, encoding="utf-8")
        info = folder / f"theirs_{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: theirs-{name}\nVersion: 1.5\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[ferbench]\n{name} = theirs_{name}\n", encoding="utf-8")
    return Site(Terminal(tmp_path_factory.mktemp("terminal")), folder)


@pytest.fixture(scope="module")
def listed(site):
    """The list of plugins, once."""
    return site.ferbench("list", "plugins", "--json")


def test_broken_plugins_break_nobody_else(site, listed):
    """Whatever the others do at import or in their hooks, ferbench's own plugins and the good one are there."""
    reports = {row["name"]: row for row in listed.json["plugins"]}

    assert listed.status == 0
    assert {name for name, row in reports.items() if row["error"]} == BROKEN
    assert reports["good"]["provides"] == ["good"]
    assert reports["good"]["origin"]["distribution"] == "theirs-good"
    assert reports["good"]["origin"]["version"] == "1.5"
    assert "rafdb" in reports["datasets"]["provides"]
    assert "poster_v2" in reports["poster_v2"]["provides"]


def test_every_broken_plugin_costs_one_line(listed):
    """One warning line each, on stderr, with what to look at."""
    warnings = [line for line in listed.err.splitlines() if line.startswith("warning: plugin")]

    assert len(warnings) == len(BROKEN)
    assert {name for name in BROKEN if any(f"'{name}'" in line for line in warnings)} == BROKEN


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises_at_import", "RuntimeError: at import"),
        ("raises_in_hook", "RuntimeError: in the hook"),
        ("exits", "SystemExit: 0"),
        ("misspelt", "unknown hook 'ferbench_model'"),
        ("wrong_entries", "It gave 'a model', which is no ModelEntry"),
        ("no_card", "which is no ModelEntry with a ModelCard or ModelScheme with a SchemeCard and a name"),
        ("one_entry", "'MetricEntry' object is not iterable"),
        ("wrong_arguments", "can not be found in the hookspec"),
        ("syntax", "SyntaxError"),
    ],
)
def test_the_reason_is_named(listed, name, said):
    """The report says what is wrong, and its traceback leads into the plugin."""
    (report,) = [row for row in listed.json["plugins"] if row["name"] == name]

    assert said in report["reason"] or said in report["error"]
    assert "Traceback" in report["error"]
    assert report["provides"] == []


def test_what_plugins_print_goes_to_stderr(listed):
    """A document on stdout stays one, whatever a plugin prints at import and in its hook."""
    assert json.loads(listed.out)["plugins"]
    assert listed.err.count("LOUD") == 2


def test_a_clash_is_named_for_who_asks(site):
    """Two plugins give a name: nobody else notices, and who asks for it gets both."""
    assert site.ferbench("info", "good").status == 0
    done = site.ferbench("run", "--model", "poster_v2", "--dataset", "folder", "--metric", "clash")

    assert done.status == 2
    assert "clash_one (theirs-clash_one 1.5) and clash_two (theirs-clash_two 1.5)" in done.err
    assert "FERBENCH_LOAD_PLUGINS" in done.err


def test_a_clash_is_solved_by_naming_the_plugins_to_load(site):
    """FERBENCH_LOAD_PLUGINS picks one of the two."""
    done = site.ferbench("info", "clash", FERBENCH_LOAD_PLUGINS="clash_two")

    assert done.status == 0
    assert done.err == ""


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("good,metrics", {"good", "metrics"}), (" good , metrics", {"good", "metrics"}), ("", set())],
)
def test_only_the_named_plugins_are_loaded(site, wanted, found):
    """FERBENCH_LOAD_PLUGINS=a,b loads these, an empty one none; the others are not even imported."""
    assert set(site.reports(FERBENCH_LOAD_PLUGINS=wanted)) == found


def test_a_broken_plugin_is_fatal_when_that_is_asked_for(site):
    """FERBENCH_STRICT_PLUGINS=1: exit 2 with the plugin, its distribution and what it raised."""
    done = site.ferbench("list", "metrics", FERBENCH_STRICT_PLUGINS="1", FERBENCH_LOAD_PLUGINS="good,raises_at_import")

    assert done.status == 2
    assert done.out == ""
    assert "'raises_at_import' of theirs-raises_at_import 1.5" in done.err
    assert "RuntimeError: at import" in done.err


@pytest.mark.parametrize("strict", ["", "0"])
def test_strictness_can_be_switched_off(site, strict):
    """An empty FERBENCH_STRICT_PLUGINS, and 0, are no."""
    done = site.ferbench(
        "list", "metrics", FERBENCH_STRICT_PLUGINS=strict, FERBENCH_LOAD_PLUGINS="good,raises_at_import"
    )

    assert done.status == 0


def test_strict_plugins_are_no_hindrance_when_all_are_well():
    """The plugins that come with ferbench load under FERBENCH_STRICT_PLUGINS."""
    catalog = build_catalog(environ={"FERBENCH_STRICT_PLUGINS": "1"})

    assert catalog.broken() == []
    assert {report.name for report in catalog.reports} >= {"datasets", "metrics", "poster_v2"}


@pytest.fixture
def drop(tmp_path):
    """Write a drop-in file."""

    def write(source, name="mine.py"):
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        return path

    return write


def test_a_drop_in_knows_where_it_came_from(drop):
    """Plugin, file and the hash of its bytes, which is not that of another file."""
    (registered,) = build_catalog([drop(MINE)], environ=NONE).models
    (other,) = build_catalog([drop(MINE + "# edited\n", "other.py")], environ=NONE).models

    assert (registered.origin.plugin, registered.origin.version) == ("mine", "drop-in")
    assert len(registered.origin.sha256) == 64
    assert registered.origin.sha256 != other.origin.sha256


BROKEN_SOURCES = {
    **{name: INSTALLED[name] for name in sorted(BROKEN)},
    "a metric with a slash": metric("return 1.0", name="recall/fear"),
    "a name that is none": MINE.replace('name="mine"', "name=None"),
    "an empty name": MINE.replace('name="mine"', 'name=""'),
    "a card of another kind": f"{MINE}\nfrom ferbench.interfaces import MetricEntry\n"
    "@hookimpl\ndef ferbench_metrics():\n    return [MetricEntry(card=CARD, compute=None)]\n",
    "a missing source": MINE + "FERBENCH_SOURCES = ('no.such.package',)\n",
}


@pytest.mark.parametrize("source", BROKEN_SOURCES.values(), ids=BROKEN_SOURCES)
def test_a_named_drop_in_must_load(drop, source):
    """--plugin FILE that is broken stops the command: the user asked for it."""
    with pytest.raises(PluginError, match="mine"):
        build_catalog([drop(source)], environ=NONE)


@pytest.mark.parametrize("source", BROKEN_SOURCES.values(), ids=BROKEN_SOURCES)
def test_a_broken_drop_in_of_a_folder_is_reported(drop, tmp_path, source):
    """--plugins-dir loads the others and reports the broken one."""
    drop(source, "a.py")
    drop(model(name="good"), "b.py")
    catalog = build_catalog(folder=tmp_path, environ=NONE)

    assert [report.name for report in catalog.broken()] == ["a"]
    assert [item.entry.card.name for item in catalog.models] == ["good"]


@pytest.mark.parametrize("name", ["none.py", "notes.txt", "."])
def test_a_file_that_is_no_plugin_is_refused(drop, tmp_path, name):
    """A missing file, a file that is no Python, a folder."""
    drop("text", "notes.txt")

    with pytest.raises(PluginError, match="no Python file"):
        build_catalog([tmp_path / name], environ=NONE)


def test_a_missing_folder_is_refused(tmp_path):
    """--plugins-dir with a misspelt name loads nothing in silence nowhere."""
    with pytest.raises(MissingError, match="--plugins-dir"):
        build_catalog(folder=tmp_path / "none", environ=NONE)


def test_a_file_that_is_named_twice_is_loaded_once(drop, tmp_path, monkeypatch):
    """By another spelling of its path, and by its folder too: no clash of a plugin with itself."""
    path = drop(MINE)
    monkeypatch.chdir(tmp_path)
    catalog = build_catalog([path, Path("mine.py")], tmp_path, environ=NONE)

    assert [item.entry.card.name for item in catalog.models] == ["mine"]
    assert [report.name for report in catalog.reports] == ["mine"]


def test_files_of_one_name_do_not_disturb_each_other(drop, tmp_path):
    """Two drop-ins called mine.py in two folders are two plugins."""
    (tmp_path / "other").mkdir()
    files = [drop(model(name="one")), drop(model(name="two"), "other/mine.py")]

    assert [item.entry.card.name for item in build_catalog(files, environ=NONE).models] == ["one", "two"]


def test_hidden_and_other_files_of_a_folder_are_left_alone(drop, tmp_path):
    """Only Python files are plugins."""
    drop("text", "notes.txt")
    drop(MINE, "mine.py")

    assert [report.name for report in build_catalog(folder=tmp_path, environ=NONE).reports] == ["mine"]


def test_a_drop_in_may_use_dataclasses(drop):
    """Dataclasses with annotations in quotes look their module up while it is executed."""
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Config:\n    depth: int = 1\n" + MINE
    )

    assert [item.entry.card.name for item in build_catalog([drop(source)], environ=NONE).models] == ["mine"]


def test_errors_of_ferbench_keep_their_kind(drop):
    """A plugin may say itself that something is missing."""
    source = "from ferbench.errors import ExtraNotInstalled\nraise ExtraNotInstalled('asked', 'found', 'todo')\n"

    with pytest.raises(FerbenchError) as caught:
        build_catalog([drop(source)], environ=NONE)
    assert caught.value.exit_code == 4


def test_listing_plugins_builds_nothing():
    """The catalog is facts: no network is imported for it."""
    code = (
        "import sys\nfrom ferbench.plugin_manager import build_catalog\ncatalog = build_catalog()\n"
        "assert list(catalog.models) and list(catalog.datasets) and list(catalog.metrics)\n"
        "assert not {'torch', 'torchvision', 'timm', 'fvcore', 'sklearn', 'scipy', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
