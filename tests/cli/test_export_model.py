"""`ferbench export-model`: the file, its card, the proof, and everything that must not leave a file behind."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import onnx
import pytest

from ferbench.cli.app import status_of
from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.cli.dropins import model

ROOT = Path(__file__).parents[2]
FORMATS = ["onnx", "torchscript"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """tiny_cnn with its packaged weights in both formats."""
    folder = tmp_path_factory.mktemp("exported")
    for form in FORMATS:
        export = ("export-model", "tiny_cnn", "--format", form, "--dataset", "synthetic")
        assert status_of([*export, "--output", str(folder / f"tiny.{form}")]) == 0
    return folder


@pytest.fixture
def network(tmp_path):
    """Write a drop-in plugin; gives what names it and its model on the command line."""

    def write(*arguments, grey=False, **options):
        source = model(*arguments, **options)
        if grey:
            source = source.replace("mean=(0, 0, 0), std=(1, 1, 1)", 'mean=(0.5,), std=(0.25,), colour_order="grey"')
            source = source.replace("Linear(3, k)", "Linear(1, k)")
        path = tmp_path / "theirs.py"
        path.write_text(source, encoding="utf-8")
        return "mine", "--plugin", path

    return write


def outputs(model_name, plugin=None, n=96, **options):
    """What a model says about images of the synthetic test split, and the record of the run."""
    spec = RunSpec(model=model_name, dataset="synthetic", limit=n, batch_size=20, **options)
    result = evaluate(spec, build_catalog([plugin] if plugin else ()), Settings.load())
    return result.predictions.emotion, result.record


@pytest.mark.parametrize("form", FORMATS)
def test_the_file_runs_as_the_model_does(folder, form):
    """Through the plugin of the format: equal outputs, the class order and what is known about the weights."""
    expected, eager = outputs("tiny_cnn", timing=False)
    found, record = outputs(f"{form}:{folder / f'tiny.{form}'}", timing=False)

    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    np.testing.assert_array_equal(found.argmax(axis=1), expected.argmax(axis=1))
    assert len(np.unique(expected.argmax(axis=1))) == 8
    assert record["scores"]["strict"]["accuracy"] == eager["scores"]["strict"]["accuracy"]
    assert record["classes"] == eager["classes"]
    assert record["class_order_source"] == "the model's card"
    assert record["preprocess"] == eager["preprocess"]
    assert record["weights"]["name"] == f"tiny_cnn.synthetic in tiny.{form}"
    assert (record["weights"]["selection"], record["weights"]["licence"]) == ("last", "MIT")
    assert record["run_key"] != eager["run_key"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_card_says_where_the_file_comes_from(folder, form):
    """Model, weights and their hash, order and its source, version; the hash of the file itself."""
    card = tomllib.loads((folder / f"tiny.{form}.toml").read_text(encoding="utf-8"))
    (released,) = build_catalog().models.get("tiny_cnn").entry.card.weights

    assert card["classes"][:2] == ["neutral", "happiness"]
    assert (card["size"], card["output"], card["expects"]) == ([64, 64], "logits", "face_crop")
    assert card["made_from"]["model"] == "tiny_cnn"
    assert card["made_from"]["weights_sha256"] == released.sha256
    assert released.classes_source in card["made_from"]["class_order_source"]
    assert card["made_from"].keys() >= {"ferbench", "torch", "file_sha256"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_file_names_no_folder_of_this_machine(folder, form):
    """Exporters write down where in the source an operator comes from; files are passed on."""
    content = (folder / f"tiny.{form}").read_bytes()

    assert str(ROOT).encode() not in content
    assert b"site-packages" not in content


def test_the_onnx_file_is_sound_and_whole(folder):
    """By ONNX's own checker, with a free batch, named ends and all tensors inside."""
    found = onnx.load(folder / "tiny.onnx")
    onnx.checker.check_model(found, full_check=True)

    assert [value.name for value in (*found.graph.input, *found.graph.output)] == ["images", "emotion"]
    assert found.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert not any(tensor.external_data for tensor in found.graph.initializer)


@pytest.mark.parametrize("form", FORMATS)
def test_the_proof_is_shown(call, tmp_path, form):
    """Largest difference and flips, one image at a time and all at once, and how much a flip could have been seen."""
    done = call(
        *("export-model", "tiny_cnn", "--format", form, "--dataset", "synthetic", "--images", "12"),
        *("--output", tmp_path / "tiny", "--json"),
    )

    assert done.status == 0, done.err
    assert [(row["batch"], row["images"], row["flips"]) for row in done.json["parity"]] == [(1, 12, 0), (12, 12, 0)]
    assert all(row["max_difference"] < 1e-4 for row in done.json["parity"])
    assert done.json["parity"][0]["classes"] > 1
    assert done.json["bytes"] == (tmp_path / "tiny").stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny", "tiny.toml"]


def test_people_see_file_card_and_proof(call, tmp_path, monkeypatch):
    """Without --output the file has the name of the model, in the current folder."""
    monkeypatch.chdir(tmp_path)
    done = call("export-model", "tiny_cnn", "--format", "torchscript", "--dataset", "synthetic", "--images", "2")

    assert done.status == 0, done.err
    assert (tmp_path / "tiny_cnn.pt").is_file()
    for text in ("tiny_cnn.pt.toml", "max |difference|", "argmax flips", "the training script"):
        assert text in done.out


def test_a_file_that_is_there_is_not_replaced(call, folder):
    """Unless --force says so; a card alone is one, too."""
    target = folder / "there.pt"
    arguments = ("export-model", "tiny_cnn", "--format", "torchscript", "--dataset", "synthetic", "--output", target)
    target.with_name("there.pt.toml").write_text("mine", encoding="utf-8")
    refused = call(*arguments)

    assert refused.status == 2
    assert "--force" in refused.err
    assert not target.exists()
    assert call(*arguments, "--force").status == 0
    assert target.exists()


#: A network of which every export is wrong: it says something else while it is looked at.
PRETENDS = (
    "looked_at = torch.jit.is_tracing() or torch.compiler.is_exporting()\n"
    "return self.head(means) * (-1 if looked_at else 1)"
)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_says_something_else_is_not_kept(call, network, tmp_path, form):
    """Exit 1 with the difference; no file, no card and no folder are left."""
    name, *plugin = network(PRETENDS)
    done = call("export-model", name, *plugin, "--format", form, "--class-order", "rafdb", "--output", tmp_path / "m")

    assert done.status == 1
    assert "an output differs by" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.py"]


@pytest.mark.parametrize(
    "forward",
    [
        "return self.head(means) if float(means.sum()) > 0 else self.head(-means)",
        "return self.head(means)[torch.arange(2)]",
        "return torch.nn.functional.scaled_dot_product_attention(means, means, self.head.weight)",
    ],
    ids=["values", "two images", "attention of other shapes"],
)
def test_a_network_that_cannot_be_captured_is_named(call, network, tmp_path, forward):
    """Branches by value, a batch that is always of one size: exit 2 or 1, and no file."""
    name, *plugin = network(forward)
    done = call("export-model", name, *plugin, "--format", "onnx", "--class-order", "rafdb", "--output", tmp_path / "m")

    assert done.status in {1, 2}
    assert "mine" in done.err
    assert "Traceback" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.py"]


#: What trips exporters: the number of images taken with len(), attention, and outputs beside the emotions.
TRICKY = """\
tokens = images.flatten(2).transpose(1, 2).unsqueeze(1)
tokens = torch.nn.functional.scaled_dot_product_attention(tokens, tokens, tokens)
tokens = tokens.transpose(1, 2).reshape(len(images), -1, 3)
return {"landmarks": means, "emotion": self.head(tokens.mean(1)), "counted": means.new_zeros(len(images), 2)}
"""


@pytest.mark.parametrize("form", FORMATS)
def test_lengths_attention_and_further_outputs_are_no_hindrance(call, network, tmp_path, form):
    """The file takes any number of images and gives the emotions."""
    name, *plugin = network(TRICKY)
    target = tmp_path / "m"
    done = call("export-model", name, *plugin, "--format", form, "--class-order", "affectnet8", "--output", target)
    expected, _ = outputs(name, plugin[1], timing=False)

    assert done.status == 0, done.err
    np.testing.assert_allclose(outputs(f"{form}:{target}", timing=False)[0], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("form", FORMATS)
def test_grey_networks_are_exported_run_and_timed(call, network, tmp_path, form):
    """One channel all the way: drawn pictures, card, run, latency."""
    name, *plugin = network(grey=True)
    target = tmp_path / "m"
    done = call("export-model", name, *plugin, "--format", form, "--class-order", "affectnet8", "--output", target)
    assert done.status == 0, done.err
    expected, _ = outputs(name, plugin[1], timing=False, n=40)
    found, record = outputs(f"{form}:{target}", n=40)

    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    assert record["preprocess"]["colour_order"] == "grey"
    assert record["preprocess"]["mean"] == [0.5]
    assert record["cost"]["latency_model_ms_p50"] > 0


@pytest.mark.parametrize("form", FORMATS)
def test_probabilities_stay_probabilities(call, network, tmp_path, form):
    """A model whose card says probabilities gives a file whose card says softmax, and equal scores."""
    name, *plugin = network("return self.head(means).softmax(1)")
    source = plugin[1].read_text(encoding="utf-8")
    plugin[1].write_text(source.replace("classes=None", 'classes=None, output="probabilities"'), encoding="utf-8")
    target = tmp_path / "m"
    done = call("export-model", name, *plugin, "--format", form, "--class-order", "affectnet8", "--output", target)
    assert done.status == 0, done.err
    _, eager = outputs(name, plugin[1], timing=False)
    _, record = outputs(f"{form}:{target}", timing=False)

    assert tomllib.loads(target.with_name("m.toml").read_text(encoding="utf-8"))["output"] == "softmax"
    assert record["output_kind"] == "probabilities"
    for metric in ("nll", "brier", "ece"):
        assert record["scores"]["strict"][metric] == pytest.approx(eager["scores"]["strict"][metric], abs=1e-6)


def test_an_order_that_nothing_states_is_not_written_down(call, tmp_path):
    """The card then has none, and a run with the file assumes one again and says so."""
    target = tmp_path / "m.pt"
    done = call(
        *("export-model", "timm:test_byobnet", "--format", "torchscript", "--weights", "random"),
        *("--num-classes", "8", "--images", "2", "--output", target, "--json"),
    )
    assert done.status == 0, done.err
    _, record = outputs(f"torchscript:{target}", n=8, timing=False)

    assert done.json["card"]["classes"] is None
    assert done.json["card"]["made_from"]["class_order_source"] == "assumed"
    assert record["class_order_source"] == "assumed"


REFUSED = {
    "no weights": (("tiny_cnn",), 2, "--dataset NAME"),
    "no classes": (("timm:test_byobnet", "--weights", "random"), 2, "--class-order"),
    "another number of classes": (("tiny_cnn", "--dataset", "synthetic", "--num-classes", "7"), 2, "has 8"),
    "weights for others": (
        ("tiny_cnn", "--dataset", "synthetic", "--class-order", "rafdb"),
        2,
        "trained for 8 classes and the network has 7",
    ),
    "an unknown model": (("tiny_cmn", "--weights", "random"), 2, "tiny_cnn"),
    "an unknown data set": (("tiny_cnn", "--dataset", "synthetics"), 2, "synthetic"),
    "weights that are not here": (("poster_v2", "--dataset", "rafdb"), 4, "poster_v2.rafdb"),
    "a folder that is not there": (
        ("tiny_cnn", "--dataset", "synthetic", "--output", "none/tiny.onnx"),
        4,
        "No such file",
    ),
}


@pytest.mark.parametrize(("arguments", "status", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_exported_is_refused(call, tmp_path, monkeypatch, arguments, status, said):
    """With its exit code, what is missing, and no file."""
    monkeypatch.chdir(tmp_path)
    done = call("export-model", *arguments, "--format", "onnx")

    assert done.status == status
    assert said in done.err
    assert [path.name for path in tmp_path.rglob("*") if "tiny" in path.name or path.suffix == ".toml"] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_not_exported_again(call, folder, form):
    """It is what it is."""
    done = call("export-model", f"{form}:{folder / f'tiny.{form}'}", "--format", "onnx")

    assert done.status == 2
    assert "its file is all that there is" in done.err


def test_without_the_extra_it_is_named(call, monkeypatch):
    """Exit 4 before anything is loaded."""
    monkeypatch.setattr("ferbench.pipeline.export.formats.find_spec", lambda name: None)
    done = call("export-model", "tiny_cnn", "--format", "onnx", "--dataset", "synthetic")

    assert done.status == 4
    assert "ferbench[onnx]" in done.err
