"""The programs in the documentation run: plugins through `--plugin`, scripts as they stand."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from functools import cache

import pytest

from ferbench.cli.app import status_of
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.docs_pages import DOCS, marked, prose
from tests.drawing import folder_tree

FOLDERS = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry")
PLUGINS = marked("file")


@cache
def written(name, folder):
    """The file of an example in a folder."""
    path = folder / name
    path.write_text(PLUGINS[name][0].text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder for examples and what they need: pictures of seven classes, a fer2013.csv."""
    folder = tmp_path_factory.mktemp("examples")
    folder_tree(folder / "pictures", dict.fromkeys(FOLDERS, 2))
    pixels = " ".join(str(value % 256) for value in range(48 * 48))
    lines = [f"{label},{pixels},{usage}" for usage in ("Training", "PublicTest", "PrivateTest") for label in range(7)]
    (folder / "fer2013.csv").write_text("\n".join(["emotion,pixels,Usage", *lines]), encoding="utf-8")
    return folder


def run_json(capsys, place, *arguments, plugins):
    """The record of `ferbench run` with plugins, on the quickest settings."""
    files = [word for name in plugins for word in ("--plugin", str(written(name, place)))]
    status = status_of(["run", *files, *arguments, "--no-timing", "--no-record", "--threads", "2", "--json"])
    printed = capsys.readouterr()

    assert status == 0, printed.err
    return json.loads(printed.out)


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_an_example_plugin_loads(name, tmp_path):
    """Every complete plugin in the documentation loads as a drop-in, and provides something."""
    catalog = build_catalog([written(name, tmp_path)])

    assert catalog.reports[-1].provides
    assert catalog.broken() == []


def test_example_models_run(place, capsys):
    """Every model of an example runs on drawn pictures; one that needs a checkpoint runs on random weights."""
    found = provided(place, "models")
    for name, card in found:
        weights = () if card.self_contained else ("--weights", "random")
        record = run_json(capsys, place, "--model", card.name, *pictures(place), *weights, plugins=[name])

        assert record["n"] == 14
        assert record["ranked"] is card.self_contained
    assert {name for name, _ in found} == {"always_happy.py", "resnet18.py"}


def test_example_data_sets_run(place, capsys):
    """Every data set of an example is read from a drawn file of its layout: one image in seven is happy."""
    found = provided(place, "datasets")
    for name, card in found:
        data = ("--dataset", card.name, "--data-root", str(place))
        record = run_json(capsys, place, "--model", "always_happy", *data, plugins=[name, "always_happy.py"])

        assert record["n"] == 7
        assert record["scores"]["strict"]["accuracy"] == pytest.approx(1 / 7)
    assert {name for name, _ in found} == {"fer2013.py"}


def test_example_metrics_run(place, capsys):
    """Every metric of an example is computed: the class that is recognised worst is never recognised."""
    found = provided(place, "metrics")
    for name, card in found:
        chosen = ("--model", "always_happy", "--metric", card.name, *pictures(place))
        record = run_json(capsys, place, *chosen, plugins=[name, "always_happy.py"])

        assert record["scores"]["strict"] == {"worst_recall": 0.0}
    assert {name for name, _ in found} == {"worst_recall.py"}


def test_example_detectors_run(place, capsys):
    """Every detector of an example cuts something out of every drawn picture."""
    found = provided(place, "detectors")
    for name, card in found:
        crop = ("--model", "always_happy", "--crop", "detect", "--detector", card.name, *pictures(place))
        record = run_json(capsys, place, *crop, plugins=[name, "always_happy.py"])

        assert record["without_face"] == 0
        assert record["preprocess"]["crop"] == "detect"
    assert {name for name, _ in found} == {"middle_face.py"}


def provided(place, kind):
    """(file, card) of everything of a kind that the example plugins provide."""
    catalogs = {name: build_catalog([written(name, place)]) for name in sorted(PLUGINS)}
    return [
        (name, item.entry.card)
        for name, catalog in catalogs.items()
        for item in getattr(catalog, kind)
        if item.origin.plugin == name.removesuffix(".py")
    ]


def pictures(place):
    """The options that name the drawn pictures."""
    return ("--dataset", "folder", "--data-root", str(place / "pictures"))


@pytest.mark.parametrize("name", sorted(marked("run")))
def test_a_script_runs(name, tmp_path):
    """Every complete script in the documentation runs in an empty folder, and prints something."""
    script = tmp_path / name
    script.write_text(marked("run")[name][0].text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_fields_of_a_record_are_documented(place, capsys):
    """Every field of a real record stands in record.md, the fields of its parts where they are named."""
    record = run_json(capsys, place, "--model", "always_happy", *pictures(place), plugins=["always_happy.py"])
    text = prose(DOCS / "reference" / "record.md")
    parts = [*record["weights"], *record["plugin"], *record["seconds"]]

    assert [name for name in (*record, *parts) if f"`{name}`" not in text] == []
    assert set(record["spec"]) == set(asdict(RunSpec(model="", dataset="")))
