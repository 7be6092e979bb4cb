"""Every check fails on a fault planted for it, and no other check does: a check that cannot fail is a defect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from ferbench.plugin_manager import build_catalog
from ferbench.testing import CHECKS, check_plugin, checks_for, run_check, subject_of
from tests.testing.faults import answers, datasets, detectors, metrics, models
from tests.testing.faulty_plugins.planted import PLUGINS

HERE = Path(__file__).parent
FAULTS = [*models.FAULTS, *answers.FAULTS, *datasets.FAULTS, *metrics.FAULTS, *detectors.FAULTS]
#: Seconds for a network of any size.
SLOW = {"exports-onnx"}
KINDS = ("model", "dataset", "metric", "detector")


@pytest.fixture(scope="module")
def catalog():
    """What runs the files that networks are exported to, what detectors are shown, and the plugin without a fault."""
    return build_catalog([HERE / "sound.py"], environ={"FERBENCH_LOAD_PLUGINS": "exported,synthetic"})


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The pictures of the data set without a fault."""
    folder = tmp_path_factory.mktemp("pictures")
    for split in ("train", "test"):
        (folder / split).mkdir()
        for number, stem in enumerate(("anger_0", "happiness_0", "happiness_1", "neutral_0", "neutral_1")):
            Image.new("RGB", (8, 6), (40 * number, 0, 0)).save(folder / split / f"{stem}.png")
    return folder


def failing(results):
    """Names of the checks that failed."""
    return {result.check.name for result in results if result.outcome == "fail"}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_by_its_check(fault, catalog, root):
    """The check made for a fault fails with what is wrong; of the others only those that cannot but see it."""
    subject = subject_of(fault.entry, catalog, data_root=root, **fault.given)
    results = check_plugin(subject, without=SLOW - {fault.check})
    (found,) = (result for result in results if result.check.name == fault.check)

    assert re.search(fault.finding, found.finding), found.finding
    assert sorted(failing(results)) == sorted({fault.check, *fault.also})


@pytest.mark.parametrize("kind", KINDS)
def test_the_plugin_without_a_fault_passes(kind, catalog, root):
    """What the faulty plugins start from passes every check, those in new processes included."""
    results = check_plugin(subject_of("sound", catalog, kind=kind, data_root=root))

    assert [(result.check.name, result.finding) for result in results if result.outcome in {"fail", "skipped"}] == []
    assert {result.check.name for result in results if result.outcome == "not applicable"} <= {"card-cost"}


@pytest.mark.parametrize("plugin", PLUGINS, ids=str)
def test_a_faulty_plugin_is_found_by_its_check(plugin, root, tmp_path, monkeypatch):
    """Faults that show only in a new process are found there."""
    monkeypatch.setenv("FAULTY_FOLDER", str(tmp_path))
    catalog = build_catalog([plugin.file], environ={"FERBENCH_LOAD_PLUGINS": ""})
    subject = subject_of("faulty", catalog, kind=plugin.kind, data_root=root)
    (check,) = (check for check in checks_for(plugin.kind) if check.name == plugin.check)
    result = run_check(check, subject)

    assert result.outcome == "fail"
    assert re.search(plugin.finding, result.finding), result.finding


def test_every_check_has_a_planted_fault():
    """A new check needs a plugin that fails it."""
    planted = {fault.check for fault in FAULTS} | {plugin.check for plugin in PLUGINS}

    assert planted == {check.name for check in CHECKS}
