"""What checks look at: the checkpoint, the classes and the options that a user hands over."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ferbench.plugin_manager import build_catalog
from ferbench.testing import CHECKS, run_check, subject_of
from tests.testing import sound
from tests.testing.sound_network import Sound

CHECK = {check.name: check for check in CHECKS}


@pytest.fixture(scope="module")
def catalog():
    """The plugin without a fault, and nothing else."""
    return build_catalog([Path(__file__).parent / "sound.py"], environ={"FERBENCH_LOAD_PLUGINS": ""})


def saved(path, content):
    """A checkpoint."""
    torch.save(content, path)
    return path


def test_the_checkpoint_of_a_user_is_checked(catalog, tmp_path):
    """Its tensors are those that must arrive, and its classes say how many outputs there are."""
    content = {"state_dict": Sound(3).state_dict(), "classes": list(sound.CLASSES)}
    subject = subject_of("sound", catalog, kind="model", weights=saved(tmp_path / "mine.pth", content))

    assert "tensors of mine.pth are in the network" in run_check(CHECK["loads-weights"], subject).finding
    assert "built for 3 classes" in run_check(CHECK["builds"], subject).finding
    for name in ("strict-loading", "no-side-effects", "preprocess-stable"):
        assert run_check(CHECK[name], subject).outcome == "pass"


def test_pictures_are_prepared_as_for_a_run(tmp_path):
    """A released file, known by its name, gets pictures of its own size; any other file those of the model's card."""
    from ferbench.interfaces import ModelEntry

    own = replace(sound.WEIGHTS, preprocess=replace(sound.INPUT, size=(32, 24)))
    entry = ModelEntry(card=replace(sound.MODEL, weights=(own,)), build=sound.build)
    empty = build_catalog(environ={"FERBENCH_LOAD_PLUGINS": ""})
    released, other = (
        subject_of(entry, empty, weights=saved(tmp_path / name, Sound(3).state_dict()))
        for name in ("sound.pth", "o.pth")
    )

    assert released.images.shape == (4, 3, 32, 24)
    assert other.images.shape == (4, 3, 16, 16)
    assert "pictures of 64 x 48" in run_check(CHECK["input-size"], released).finding
    assert run_check(CHECK["batch-neighbours"], released).outcome == "pass"


def test_a_checkpoint_of_another_network_is_a_failure(catalog, tmp_path):
    """It does not load, which is what the checks that need the network say; others do not mind."""
    subject = subject_of("sound", catalog, kind="model", weights=saved(tmp_path / "o.pth", {"weight": torch.zeros(3)}))
    result = run_check(CHECK["builds"], subject)

    assert result.outcome == "fail"
    assert "missing" in result.finding
    assert run_check(CHECK["public-modules"], subject).outcome == "pass"


def test_rules_that_cannot_be_undone_need_a_checkpoint(tmp_path):
    """Without one the loading is skipped with the reason; with one it is checked."""
    from ferbench.cards import WeightsRules
    from ferbench.interfaces import ModelEntry

    entry = ModelEntry(card=sound.MODEL, build=sound.build, rules=WeightsRules(renames=(("^", "features."),)))
    result = run_check(CHECK["loads-weights"], subject_of(entry, build_catalog(environ={"FERBENCH_LOAD_PLUGINS": ""})))

    assert result.outcome == "skipped"
    assert "--weights" in result.finding


def test_a_model_without_its_file_is_skipped():
    """What a model reads itself cannot be made up."""
    from ferbench.interfaces import ModelEntry

    entry = ModelEntry(card=sound.MODEL, open=lambda path, classes, preprocess: None)
    subject = subject_of(entry, build_catalog(environ={"FERBENCH_LOAD_PLUGINS": ""}))

    assert run_check(CHECK["outputs"], subject).outcome == "skipped"
    assert run_check(CHECK["exports-onnx"], subject).outcome == "not applicable"


def test_a_detector_without_its_library_is_skipped(catalog):
    """Every check that needs it opened is, with what is to be installed."""
    from ferbench.errors import ExtraNotInstalled
    from ferbench.interfaces import DetectorEntry

    def missing(**options):
        raise ExtraNotInstalled("It was to be opened.", "Its library is not here.", "Install it.")

    subject = subject_of(DetectorEntry(card=sound.DETECTOR, open=missing), catalog)
    skipped = {name: run_check(CHECK[name], subject) for name in ("faces", "boxes", "threads", "detector-option")}

    assert {(result.outcome, result.finding) for result in skipped.values()} == {
        ("skipped", "Its library is not here. Install it.")
    }


def test_a_detector_that_finds_nothing_is_skipped(catalog):
    """Without the drawn faces there is nothing to compare, which is no fault of the detector."""
    result = run_check(CHECK["boxes"], subject_of("sound", catalog, kind="detector"))

    assert result.outcome == "skipped"
    assert "no face in 1 drawn frames" in result.finding


def test_stated_tensors_are_compared_with_the_card(catalog):
    """The SHA-256 that the check shows, stated, passes; the same for other numbers fails."""
    shown = run_check(CHECK["preprocess-stable"], subject_of("sound", catalog, kind="model")).finding
    golden = dict(re.findall(r'"([^"]+)": "([0-9a-f]{64})"', shown))
    stated = subject_of("sound", catalog, kind="model", golden=golden)

    assert list(golden) == ["sound", "sound.own"]
    assert "2 of them as stated" in run_check(CHECK["preprocess-stable"], stated).finding


def test_an_option_reaches_the_model(catalog):
    """One that the network does not take is a failure in its own words."""
    subject = subject_of("sound", catalog, kind="model", options={"depth": 3})

    assert "unexpected keyword argument 'depth'" in run_check(CHECK["builds"], subject).finding


def test_an_export_without_the_plugin_for_it_is_skipped(catalog):
    """Where nothing runs the file, nothing can be compared."""
    result = run_check(CHECK["exports-torchscript"], subject_of("sound", catalog, kind="model"))

    assert result.outcome == "skipped"


def test_untrained_networks_are_stirred_alike(catalog):
    """The same numbers every time, or two checks would look at two networks."""
    first, again = (subject_of("sound", catalog, kind="model") for _ in range(2))

    assert (first.outputs == again.outputs).all()
    assert not torch.equal(first.network().features[1].weight, torch.ones(8))


def test_errors_of_a_broken_entry_name_it(catalog):
    """Whatever a plugin raises is a failure, and never the end of the checks."""
    from ferbench.interfaces import ModelEntry

    def build(num_classes):
        raise SystemExit(num_classes)

    result = run_check(CHECK["builds"], subject_of(ModelEntry(card=sound.MODEL, build=build), catalog))

    assert result.outcome == "fail"
    assert "SystemExit" in result.finding
