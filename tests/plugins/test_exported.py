"""Exported files: what they answer, what they must not be, and what their cards may not say."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ferbench.errors import ExtraNotInstalled, UsageError, WeightsError, WeightsNotFound
from ferbench_exported import ferbench_models
from tests.exported_files import CLASSES, OPTIONS, Means, logits, onnx_file, save, torchscript_file, weights

TORCHSCRIPT, ONNX = ferbench_models()
ORDER = tuple("abcdefgh")


@pytest.fixture
def images():
    """Seven pictures."""
    return np.random.default_rng(1).random((7, 3, 8, 8), np.float32)


def opened(path, **options):
    """The model of an ONNX file, as a run opens it."""
    given = {**OPTIONS, **options}
    entry = ONNX.entry(str(path), given)
    return entry.open(entry.file, ORDER, entry.card.preprocess, **given)


def answers(model, images):
    """What a model says."""
    return model.predict(images)["emotion"]


def test_an_onnx_file_answers_for_any_number_of_images(tmp_path, images):
    """One, some and none."""
    model = opened(onnx_file(tmp_path / "m.onnx"))

    for count in (1, 7):
        np.testing.assert_allclose(answers(model, images[:count]), logits(images[:count]), rtol=1e-5, atol=1e-5)
    assert model.module is None


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 16])
def test_a_fixed_batch_is_filled_up(tmp_path, images, batch):
    """A file that takes so many images and no others is given that many; what was filled in is cut off."""
    found = answers(opened(onnx_file(tmp_path / "m.onnx", (batch, 3, 8, 8))), images)

    assert found.shape == (7, CLASSES)
    np.testing.assert_allclose(found, logits(images), rtol=1e-5, atol=1e-5)


def test_an_output_is_chosen_by_name(tmp_path, images):
    """The first one counts, unless `output_name` says another; a name that is none is refused."""
    path = onnx_file(tmp_path / "m.onnx")

    np.testing.assert_allclose(answers(opened(path, output_name="means"), images), images.mean((2, 3)), atol=1e-5)
    with pytest.raises(UsageError, match="emotion, means"):
        opened(path, output_name="logits")


def test_independent_probabilities_are_divided_by_their_sum(tmp_path, images):
    """One sigmoid a class: the rows sum to 1 and the order of the classes stays, in both formats."""
    path = onnx_file(tmp_path / "m.onnx", last="Sigmoid")
    script = torchscript_file(tmp_path / "m.pt", Means(torch.sigmoid))
    sigmoid = 1 / (1 + np.exp(-logits(images)))
    entry = TORCHSCRIPT.entry(str(script), {**OPTIONS, "output": "sigmoid"})
    with torch.inference_mode():
        scripted = entry.build(CLASSES, **OPTIONS)(torch.from_numpy(images)).numpy()

    assert entry.card.output == "probabilities"
    expected = sigmoid / sigmoid.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers(opened(path, output="sigmoid"), images), expected, atol=1e-6)
    np.testing.assert_allclose(scripted, expected, atol=1e-6)


def test_answers_that_are_all_zero_stay_zero(tmp_path):
    """There is no share of nothing, and no NaN."""
    graph = helper.make_graph(
        [helper.make_node("GlobalMaxPool", ["images"], ["tops"]), helper.make_node("Flatten", ["tops"], ["emotion"])],
        "tops",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("batch", 3, 8, 8))],
        [helper.make_tensor_value_info("emotion", TensorProto.FLOAT, ("batch", 3))],
    )
    model = opened(save(graph, tmp_path / "m.onnx"), output="sigmoid")

    np.testing.assert_array_equal(answers(model, np.zeros((2, 3, 8, 8), np.float32)), np.zeros((2, 3)))


@pytest.mark.parametrize(
    "network", [Means(), torch.nn.Sequential(Means(), torch.nn.Softmax(1))], ids=["logits", "softmax"]
)
def test_a_torchscript_file_is_a_torch_network(tmp_path, images, network):
    """The harness puts it on a device and counts it; the file says what it says."""
    path = torchscript_file(tmp_path / "m.pt", network)
    entry = TORCHSCRIPT.entry(str(path), OPTIONS)
    built = entry.build(3, **OPTIONS).eval().to("cpu")
    with torch.inference_mode():
        np.testing.assert_allclose(built(torch.from_numpy(images)), network(torch.from_numpy(images)), atol=1e-6)

    assert entry.file == path
    assert sum(value.numel() for value in built.parameters()) == 3 * CLASSES


def test_a_frozen_torchscript_file_runs(tmp_path, images):
    """Its weights are constants of the program, and it has no mode any more."""
    path = tmp_path / "m.pt"
    torch.jit.freeze(torch.jit.trace(Means().eval(), torch.rand(2, 3, 8, 8))).save(str(path))
    built = TORCHSCRIPT.entry(str(path), OPTIONS).build(3).eval()

    np.testing.assert_allclose(built(torch.from_numpy(images)).numpy(), logits(images), rtol=1e-5, atol=1e-5)


WRONG_INPUTS = {
    "another size": ("batch", 3, 9, 8),
    "another number of channels": ("batch", 1, 8, 8),
    "channels last": ("batch", 8, 8, 3),
    "no picture": ("batch", 192),
}


@pytest.mark.parametrize("shape", WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_a_file_for_other_pictures_is_refused(tmp_path, shape):
    """With what it takes and what its card says."""
    graph = helper.make_graph(
        [helper.make_node("Identity", ["images"], ["emotion"])],
        "same",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("emotion", TensorProto.FLOAT, shape)],
    )
    with pytest.raises(WeightsError) as caught:
        opened(save(graph, tmp_path / "m.onnx"))

    assert str(shape[1]) in caught.value.found
    assert "(images, 3, 8, 8)" in caught.value.found


@pytest.mark.parametrize("kinds", [[TensorProto.UINT8], [TensorProto.DOUBLE], [TensorProto.FLOAT, TensorProto.FLOAT]])
def test_a_file_with_other_inputs_is_refused(tmp_path, kinds):
    """One tensor of float32 is what ferbench has."""
    names = [f"in{number}" for number, _ in enumerate(kinds)]
    graph = helper.make_graph(
        [helper.make_node("Identity", [name], [f"out{name}"]) for name in names],
        "same",
        [helper.make_tensor_value_info(name, kind, (1, 3, 8, 8)) for name, kind in zip(names, kinds, strict=True)],
        [
            helper.make_tensor_value_info(f"out{name}", kind, (1, 3, 8, 8))
            for name, kind in zip(names, kinds, strict=True)
        ],
    )
    with pytest.raises(WeightsError, match=r"one tensor\(float\)"):
        opened(save(graph, tmp_path / "m.onnx"))


def test_an_output_that_holds_no_scores_is_refused(tmp_path):
    """The classes that a file has picked already are no scores."""
    graph = helper.make_graph(
        [helper.make_node("ArgMax", ["images"], ["label"], axis=1)],
        "label",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("batch", 3, 8, 8))],
        [helper.make_tensor_value_info("label", TensorProto.INT64, ("batch", 1, 8, 8))],
    )
    with pytest.raises(WeightsError, match=r"tensor\(int64\)"):
        opened(save(graph, tmp_path / "m.onnx"))


def test_a_file_that_fails_on_its_pictures_is_named(tmp_path, images):
    """A graph that says that it takes any batch, and reshapes to one image."""
    graph = helper.make_graph(
        [helper.make_node("Reshape", ["images", "shape"], ["emotion"])],
        "one",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("batch", 3, 8, 8))],
        [helper.make_tensor_value_info("emotion", TensorProto.FLOAT, (1, 192))],
        [helper.make_tensor("shape", TensorProto.INT64, (2,), (1, 192))],
    )
    with pytest.raises(WeightsError, match="--batch-size 1"):
        answers(opened(save(graph, tmp_path / "m.onnx")), images)


def outside(location):
    """The weights as a tensor in another file."""
    tensor = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=(3, CLASSES))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def test_weights_may_not_lie_beside_the_file(tmp_path):
    """They could be exchanged, and the SHA-256 of the file, by which runs are told apart, would stay the same."""
    weights().tofile(tmp_path / "weights.bin")
    path = onnx_file(tmp_path / "m.onnx", tensor=outside("weights.bin"))

    with pytest.raises(WeightsError, match="lie in other files"):
        opened(path)


@pytest.mark.parametrize("location", ["../secret.bin", "{folder}/secret.bin", "link.bin", "sub/../../secret.bin"])
def test_weights_may_not_lie_anywhere_else(tmp_path, location):
    """A stranger's file does not read files of its user: neither upwards, nor by an absolute path, nor by a link."""
    weights().tofile(tmp_path / "secret.bin")
    (tmp_path / "model" / "sub").mkdir(parents=True)
    (tmp_path / "model" / "link.bin").symlink_to(tmp_path / "secret.bin")
    path = onnx_file(tmp_path / "model" / "m.onnx", tensor=outside(location.format(folder=tmp_path)))

    with pytest.raises(WeightsError, match="lie in other files"):
        opened(path)


def test_operators_of_others_are_not_looked_for(tmp_path):
    """A domain that onnxruntime does not know is refused: no library is loaded for it."""
    graph = helper.make_graph(
        [helper.make_node("Mine", ["images"], ["emotion"], domain="com.example")],
        "mine",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("batch", 3, 8, 8))],
        [helper.make_tensor_value_info("emotion", TensorProto.FLOAT, ("batch", CLASSES))],
    )
    with pytest.raises(WeightsError, match="onnxruntime cannot load it"):
        opened(save(graph, tmp_path / "m.onnx"))


BROKEN = {
    "empty": b"",
    "text": b"a network",
    "zeros": bytes(1000),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["m.onnx", "m.pt"])
def test_a_file_that_is_none_is_refused(tmp_path, capfd, name, content):
    """WeightsError with its path, and nothing that onnxruntime or torch says on its own."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(WeightsError, match=r"m\.(onnx|pt)"):
        opened(path) if name == "m.onnx" else TORCHSCRIPT.entry(str(path), OPTIONS).build(3)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "attempts"), [("m.onnx", 200), ("m.pt", 24)])
def test_damaged_files_end_in_an_answer_or_an_error(tmp_path, images, name, attempts):
    """Files with a few wrong bytes, and cut ones: never anything but an error of ferbench's own, never a crash."""
    path = tmp_path / name
    whole = (onnx_file(path) if name == "m.onnx" else torchscript_file(path)).read_bytes()
    chance, refused = random.Random(0), 0
    for attempt in range(attempts):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 8))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.randrange(len(content))] if attempt % 4 == 0 else content)
        try:
            if name == "m.onnx":
                answers(opened(path), images)
            else:
                TORCHSCRIPT.entry(str(path), OPTIONS).build(3)
        except (WeightsError, UsageError):
            refused += 1

    assert refused >= attempts / 4


def test_a_checkpoint_is_no_torchscript_file(tmp_path):
    """What torch.save wrote goes after --weights."""
    torch.save(Means().state_dict(), tmp_path / "m.pt")

    with pytest.raises(WeightsError, match="--weights"):
        TORCHSCRIPT.entry(str(tmp_path / "m.pt"), OPTIONS).build(3)


def test_a_file_over_two_gib_is_refused_before_it_is_read(tmp_path):
    """Protobuf ends there; the memory is not even asked for."""
    path = tmp_path / "m.onnx"
    with path.open("wb") as file:
        file.truncate(2**31)

    with pytest.raises(WeightsError, match="2 GiB"):
        opened(path)


def test_without_onnxruntime_the_extra_is_named(tmp_path, monkeypatch):
    """Exit 4 and what to install."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(ExtraNotInstalled, match=r"ferbench\[onnx\]"):
        opened(onnx_file(tmp_path / "m.onnx"))


@pytest.mark.parametrize("scheme", [TORCHSCRIPT, ONNX], ids=["torchscript", "onnx"])
@pytest.mark.parametrize("rest", ["none.onnx", ".", "a\0b"])
def test_a_file_that_is_not_there_is_missing(tmp_path, monkeypatch, scheme, rest):
    """Before anything is asked about its card."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(WeightsNotFound):
        scheme.entry(rest, {})


def test_a_file_without_a_card_needs_options(tmp_path):
    """All facts that are missing are named, with an example of a card."""
    path = onnx_file(tmp_path / "m.onnx")

    with pytest.raises(UsageError, match="size, mean, std, output"):
        ONNX.entry(str(path), {"colour_order": "bgr"})


def test_the_card_beside_the_file_is_read_and_overruled(tmp_path):
    """What is asked for goes before what is written."""
    path = onnx_file(tmp_path / "m.onnx")
    (tmp_path / "m.onnx.toml").write_text(
        'size = 8\nmean = [0.1, 0.2, 0.3]\nstd = 1\noutput = "softmax"\nclasses = "affectnet8"\ncolour_order = "bgr"\n',
        encoding="utf-8",
    )
    card = ONNX.entry(str(path), {"mean": 0.5}).card

    assert card.name == "onnx:m.onnx"
    assert card.output == "probabilities"
    assert card.classes[0] == "neutral"
    assert (card.preprocess.mean, card.preprocess.colour_order) == ((0.5, 0.5, 0.5), "bgr")


def test_a_card_for_another_file_is_refused(tmp_path):
    """The SHA-256 on a card is that of the file beside it, or the two do not belong together."""
    path = onnx_file(tmp_path / "m.onnx")
    (tmp_path / "m.onnx.toml").write_text(f'[made_from]\nfile_sha256 = "{"0" * 64}"\n', encoding="utf-8")

    with pytest.raises(WeightsError, match="was written for 0000"):
        ONNX.entry(str(path), OPTIONS)


def test_importing_the_plugin_imports_neither_torch_nor_onnxruntime():
    """Listing models stays cheap."""
    code = (
        "import ferbench_exported, sys; ferbench_exported.ferbench_models()\n"
        "assert not {'torch', 'onnxruntime', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_files_of_these_tests_are_sound(tmp_path):
    """What the tests call an ONNX file is one by ONNX's own checker."""
    onnx.checker.check_model(onnx.load(onnx_file(tmp_path / "m.onnx")), full_check=True)
