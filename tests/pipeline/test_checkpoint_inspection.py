"""What an inspection tells about a file, with and without a model to fit into."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from ferbench.cards import ModelCard, Preprocess, WeightsCard, WeightsRules
from ferbench.catalog import Origin, Registered
from ferbench.errors import UsageError, WeightsError, WeightsNotFound
from ferbench.interfaces import ModelEntry
from ferbench.pipeline.checkpoint_inspection import inspect
from ferbench.pipeline.fitting import Target
from ferbench.weight_pins import Pin, write_pin
from tests.pipeline.checkpoint_files import train_officially

RELEASED = WeightsCard(
    name="tiny.faces",
    dataset="faces",
    file_name="best.pth",
    url=None,
    sha256="0" * 64,
    claim=None,
    classes=("happiness", "sadness"),
    classes_source="the paper",
    selection="unknown",
    extra_data=None,
    licence=None,
    preprocess=None,
)


def build(num_classes):
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3, num_classes))


def registered(plugin="tiny", weights=(), build=build, **options):
    card = ModelCard(
        name=plugin,
        summary="",
        paper=None,
        code=None,
        code_licence=None,
        preprocess=Preprocess(size=(1, 1), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
        classes=None,
        weights=weights,
    )
    origin = Origin(plugin=plugin, distribution="d", version="1", sources=(), sha256="")
    return Registered(entry=ModelEntry(card=card, build=build, **options), origin=origin)


def target(num_classes=None, **options):
    return Target(model=registered(**options), num_classes=num_classes, options={})


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    return train_officially(tmp_path_factory.mktemp("official"))


def saved(folder, content, name="saved.pth"):
    torch.save(content, folder / name)
    return folder / name


def test_official_file(official):
    """Format, place, counts, types, prefix, claim and inert objects of an official file."""
    found = inspect(official / "model.pth", [])

    assert found.format == "torch-zip"
    assert found.size_bytes == (official / "model.pth").stat().st_size
    assert found.sha256 == hashlib.sha256((official / "model.pth").read_bytes()).hexdigest()
    assert (found.weights.place, found.weights.prefix) == ("state_dict", "module.")
    assert found.weights.tensors == 9
    assert found.weights.values == 3 * 4 * 9 + 4 + 4 * 4 + 1 + 4 * 7 + 7
    assert found.weights.dtypes == {"float32": 8, "int64": 1}
    assert found.weights.last_matrix == "module.3.weight (7, 4) float32"
    assert found.inert == ("RecorderMeter", "RecorderMeter1")
    assert [round(claim.accuracy_percent, 3) for claim in found.claims] == [92.211]
    assert found.top_level["epoch"] == "12"
    assert found.top_level["recorder"] == "object of the class RecorderMeter"
    assert found.sound


def test_only_optimizer(official):
    """A file without weights is looked at all the same, and says what it is."""
    found = inspect(official / "model_best.pth", [])

    assert found.origin == "the state of an optimizer alone, without weights"
    assert found.weights is None
    assert "no weights" in found.problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"x": torch.ones(1)}, "a plain state dict"),
        ({"meta": {}, "state_dict": {}}, "as mmcv writes it"),
        ({"pytorch-lightning_version": "2", "state_dict": {}, "epoch": 1}, "as PyTorch Lightning writes it"),
        ({"weights": {}}, "of an unknown training"),
        ({"iter": 1, "model_state_dict": {}}, "as the training of plugin one or the training of plugin two writes it"),
        ({"iter": 1, "model_state_dict": {}, "best": 1}, "as the training of plugin two writes it"),
    ],
)
def test_origins(tmp_path, content, words):
    """Files are recognised by their keys: frameworks by ferbench, models by their plugins; most keys win."""
    rules = [WeightsRules(training_keys=("iter", "model_state_dict")), WeightsRules()]
    models = [registered(name, rules=rule) for name, rule in zip(("one", "none"), rules, strict=True)]
    keys = ("iter", "model_state_dict", "best") if "best" in content else ("iter", "model_state_dict")
    models.append(registered("two", rules=WeightsRules(training_keys=keys)))

    assert inspect(saved(tmp_path, content), models).origin.endswith(words)


def test_released_file(tmp_path):
    """A file with the SHA-256 of released weights is these: their classes and their authors' claim hold."""
    path = saved(tmp_path, {"x": torch.ones(1)}, "mine.pth")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    found = inspect(path, [registered(weights=(replace(RELEASED, sha256=sha256),))])

    assert found.released == ("tiny.faces",)
    assert (found.classes, found.classes_source) == (("happiness", "sadness"), "the paper")


def test_namesake_of_a_released_file(tmp_path):
    """A file that is only called like released weights is not taken for them."""
    found = inspect(saved(tmp_path, {"x": torch.ones(1)}, "best.pth"), [registered(weights=(RELEASED,))])

    assert (found.released, found.namesakes) == ((), ("tiny.faces",))
    assert found.classes is None


def test_classes_and_claims_of_the_file(tmp_path):
    """What the file says, and what its name says, each with its source."""
    content = {"net": {"x": torch.ones(1)}, "classes": ["happy", "sad"], "acc": 0.9}
    found = inspect(saved(tmp_path, content, "epoch3_acc0.91.pth"), [])

    assert (found.classes, found.classes_source) == (("happiness", "sadness"), "the checkpoint file")
    assert [claim.accuracy_percent for claim in found.claims] == [90.0, 91.0]


def test_impossible_classes_of_the_file(tmp_path):
    """A class that stands twice is told, and does not end the inspection."""
    found = inspect(saved(tmp_path, {"net": {"x": torch.ones(1)}, "classes": ["happy", "joy"]}), [])

    assert found.classes is None
    assert "happiness stands there more than once" in found.classes_source


def test_safetensors(tmp_path):
    """A safetensors file is a plain state dict with metadata."""
    save_file({"a": torch.ones(2, 3).half()}, tmp_path / "a.safetensors", metadata={"classes": '["happy", "sad"]'})
    found = inspect(tmp_path / "a.safetensors", [])

    assert (found.format, found.origin) == ("safetensors", "a plain state dict")
    assert found.classes == ("happiness", "sadness")
    assert found.weights.dtypes == {"float16": 1}
    assert found.top_level == {}


@pytest.mark.parametrize("kind", ["torchscript", "onnx"])
def test_programs(tmp_path, kind):
    """TorchScript and ONNX are recognised, not read, and named as the models that they are; they fit into none."""
    path = tmp_path / "a.pth"
    if kind == "onnx":
        path.write_bytes(b"\x08\x08\x12\x00")
    else:
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(path))
    found = inspect(path, [])

    assert (found.format, found.run_as) == (kind, f"{kind}:{path}")
    assert found.weights is None
    with pytest.raises(WeightsError, match=f"--model {kind}:"):
        inspect(path, [], target())


def test_pin(tmp_path):
    """A pin beside the file is compared; a file that is another one is not sound."""
    path = saved(tmp_path, {"x": torch.ones(1)})
    sha256 = inspect(path, []).sha256
    write_pin(path, Pin(sha256=sha256, weights="w", source=None))
    assert inspect(path, []).sound

    write_pin(path, Pin(sha256="0" * 64, weights="w", source=None))
    assert not inspect(path, []).sound


def test_missing_file(tmp_path):
    """A missing file is an error that names it."""
    with pytest.raises(WeightsNotFound, match="nowhere"):
        inspect(tmp_path / "nowhere.pth", [])


def test_shared_parts_are_looked_at_once(tmp_path):
    """A list that stands twice in the next, forty times over, costs forty looks."""
    shared = [torch.ones(1)]
    for _ in range(40):
        shared = [shared, shared]

    assert inspect(saved(tmp_path, {"a": shared}), []).inert == ()


class TestFit:
    def test_it_fits(self, tmp_path):
        """A file for any number of classes fits the network that is built for them."""
        found = inspect(saved(tmp_path, build(5).state_dict()), [], target())

        assert (found.fit.num_classes, found.fit.fits) == (5, True)
        assert found.sound

    def test_another_number_of_classes(self, tmp_path):
        """When the number of classes is asked for, it is not changed."""
        fit = inspect(saved(tmp_path, build(5).state_dict()), [], target(7)).fit

        assert not fit.fits
        assert fit.mismatched == {
            "1.weight": "(5, 3) float32 for (7, 3) float32",
            "1.bias": "(5,) float32 for (7,) float32",
        }
        assert "trained for 5 classes" in fit.summary

    def test_what_is_missing_and_unexpected(self, tmp_path):
        """Every name that a strict load would stumble over is listed."""
        found = inspect(saved(tmp_path, {"1.weight": torch.ones(7, 3), "extra": torch.ones(1)}), [], target())

        assert (found.fit.missing, found.fit.unexpected) == (("1.bias",), ("extra",))
        assert not found.sound

    def test_a_prefix(self, tmp_path):
        """Where one prefix is all that differs, the rule is said, the classes are found, and it still does not fit."""
        tensors = {f"module.{name}": tensor for name, tensor in build(5).state_dict().items()}
        path = saved(tmp_path, {"network": tensors})
        fit = inspect(path, [], target()).fit

        assert (fit.fits, fit.num_classes) == (False, 5)
        assert 'strip_prefixes=("module.",)' in fit.summary
        assert inspect(path, [], target(rules=WeightsRules(strip_prefixes=("module.",)))).fit.fits

    def test_no_weights_by_the_rules_of_the_model(self, tmp_path):
        """A file that the rules find nothing in is an error, with the sentence of the plugin where it has one."""
        path = saved(tmp_path, {"state": {}, "param_groups": []})

        with pytest.raises(WeightsError, match="Take the other"):
            inspect(path, [], target(rules=WeightsRules(optimizer_only="Take the other.")))

    def test_models_that_read_their_own_files(self, tmp_path):
        """What their loading would miss cannot be said."""
        path = saved(tmp_path, {"x": torch.ones(1)})

        with pytest.raises(UsageError, match="reads its files itself"):
            inspect(path, [], target(build=None, open=lambda *_: None))
