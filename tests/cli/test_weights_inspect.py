"""`ferbench weights inspect`: what a file is, on screen and as a document, and how it fits a model."""

from __future__ import annotations

import pytest
import torch

from tests.cli.dropins import dataset, model
from tests.pipeline.checkpoint_files import train_officially


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    return train_officially(tmp_path_factory.mktemp("official"))


@pytest.fixture
def plugin(tmp_path):
    """A drop-in whose network has `head.weight` (classes, 3) and `head.bias`."""
    path = tmp_path / "mine.py"
    path.write_text(model(self_contained=False), encoding="utf-8")
    return path


def saved(folder, content, name="saved.pth"):
    torch.save(content, folder / name)
    return folder / name


def head(classes):
    return {"head.weight": torch.ones(classes, 3), "head.bias": torch.ones(classes)}


def test_an_official_file(call, official):
    """The facts of the file in a table, those of its recognised training and its claim among them."""
    done = call("weights", "inspect", official / "model.pth")

    assert done.status == 0
    for words in (
        "torch-zip",
        "a file as the training of plugin poster_v2 writes it",
        "under state_dict",
        "float32 (8), int64 (1)",
        "module.",
        "claimed: 92.21 % (`best_acc` in the checkpoint file)",
        "RecorderMeter, RecorderMeter1",
        "object of the class RecorderMeter1",
    ):
        assert words in done.out
    assert done.err == ""


def test_the_same_as_a_document(call, official):
    """One JSON document with everything, and nothing else on stdout."""
    document = call("weights", "inspect", official / "model.pth", "--json").json

    assert document["schema_version"] == 1
    assert document["format"] == "torch-zip"
    assert len(document["sha256"]) == 64
    assert document["weights"]["tensors"] == 9
    assert document["inert"] == ["RecorderMeter", "RecorderMeter1"]
    assert document["claims"][0]["source"] == "`best_acc` in the checkpoint file"
    assert (document["sound"], document["fit"]) == (True, None)


def test_a_file_with_an_optimizer_alone(call, official):
    """It is called what it is; asked for as weights of POSTER V2 it ends with the plugin's own advice."""
    assert "the state of an optimizer alone" in call("weights", "inspect", official / "model_best.pth").out

    done = call("weights", "inspect", official / "model_best.pth", "--model", "poster_v2")
    assert done.status == 2
    assert "model.pth" in done.err.split("to do:")[1]


def test_a_file_that_fits(call, tmp_path, plugin):
    """Exit 0, and the number of classes that the file was trained for."""
    path = saved(tmp_path, {"network": head(5), "classes": "happy,sad,neutral,fear,anger"})
    done = call("weights", "inspect", path, "--model", "mine", "--plugin", plugin)

    assert done.status == 0
    assert "mine for 5 classes" in done.out
    assert "fits exactly" in done.out
    assert "happiness, sadness, neutral, fear, anger; stated: the checkpoint file" in done.out


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ({"head.weight": torch.ones(7, 3)}, (), "1 missing from the file: 'head.bias'"),
        ({**head(7), "extra": torch.ones(1)}, (), "1 unknown to the network: 'extra'"),
        (head(5), ("--num-classes", "7"), "trained for 5 classes and the network has 7"),
        ({f"module.{name}": tensor for name, tensor in head(5).items()}, (), 'strip_prefixes=("module.",)'),
    ],
)
def test_a_file_that_does_not_fit(call, tmp_path, plugin, content, options, words):
    """Exit 1, and everything that a strict load would stumble over; where one prefix is to blame, the rule for it."""
    path = saved(tmp_path, content)
    done = call("weights", "inspect", path, "--model", "mine", "--plugin", plugin, *options)
    document = call("weights", "inspect", path, "--model", "mine", "--plugin", plugin, *options, "--json").json

    assert done.status == 1
    assert "does NOT fit" in done.out
    assert words in " ".join(done.out.replace("│", " ").split())
    assert words in document["fit"]["summary"]
    assert (document["fit"]["fits"], document["sound"]) == (False, False)


def test_an_exported_network(call, tmp_path):
    """TorchScript is recognised, and the model that evaluates it is named."""
    path = tmp_path / "a.pt"
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(path))
    done = call("weights", "inspect", path, "--json")

    assert done.status == 0
    assert (done.json["format"], done.json["run_as"]) == ("torchscript", f"torchscript:{path}")
    assert f"--model torchscript:{path}" in call("weights", "inspect", path).out


def test_released_weights_are_known_again(call):
    """The file that comes with a plugin is known by its SHA-256, with its order and its source."""
    listed = {row["name"]: row for row in call("list", "weights", "--json").json["weights"]}
    document = call("weights", "inspect", listed["tiny_cnn.synthetic"]["file"], "--model", "tiny_cnn", "--json").json

    assert document["released"] == ["tiny_cnn.synthetic"]
    assert document["classes_source"] == "the training script, ferbench_synthetic/train.py"
    assert (document["fit"]["num_classes"], document["fit"]["fits"]) == (8, True)


def test_unknown_models(call, tmp_path):
    """Exit 2 with a suggestion."""
    done = call("weights", "inspect", saved(tmp_path, head(2)), "--model", "poster_v")

    assert done.status == 2
    assert "poster_v2" in done.err


def test_hostile_texts_in_a_file(call, tmp_path):
    """Control characters and markup of names in the file are shown and not obeyed."""
    path = saved(tmp_path, {"net": {"[red]\x1b[2Jx": torch.ones(1, 1)}, "\x1b]0;title\x07": "[bold]\r"})
    done = call("weights", "inspect", path)

    assert "\x1b" not in done.out
    assert "\x07" not in done.out
    assert "[red]\\x1b[2Jx" in done.out


def test_a_nested_checkpoint_of_a_plugin(call, tmp_path):
    """`key="network"` is all that a plugin declares to load what its training nested; the accuracy in it is a claim."""
    source = model(self_contained=False).replace("build=build)", 'build=build, rules=WeightsRules(key="network"))')
    source = source.replace("import ModelCard, Preprocess", "import ModelCard, Preprocess, WeightsRules")
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    (tmp_path / "pictures.py").write_text(dataset(), encoding="utf-8")
    content = {"network": head(2), "optimizer": {"state": {}, "param_groups": []}, "epochs": 50, "accuracy": 0.95}
    path, plugins = saved(tmp_path, content), ("--plugins-dir", tmp_path)

    assert "claimed: 95.00 %" in call("weights", "inspect", path, "--model", "mine", *plugins).out
    plugins = (*plugins, "--no-timing", "--no-record", "--threads", "1", "--json")
    done = call("run", "--model", "mine", "--dataset", "pictures", "--weights", path, *plugins)
    assert done.status == 0
    assert done.json["weights"]["claimed_accuracy"] == 95.0
    assert done.json["scores"]["strict"]["accuracy"] != 0.95
