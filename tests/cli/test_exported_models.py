"""`onnx:FILE` and `torchscript:FILE` on the command line: cards and options, probabilities, what is missing."""

from __future__ import annotations

import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ferbench.cli.app import status_of
from tests.exported_files import Means, onnx_file, torchscript_file

#: What the card of tiny_cnn states, as options.
FACTS = ("size=64", "mean=0.5,0.5,0.5", "std=[0.5,0.5,0.5]", "classes=affectnet8", "expects=face_crop")
SMALL = ("size=8", "mean=0", "std=1", "output=logits")


def options(*pairs):
    """Model options on the command line."""
    return [argument for pair in pairs for argument in ("--model-option", pair)]


def run(name, *arguments):
    """A run on a part of the synthetic faces."""
    return ("run", "--model", name, "--dataset", "synthetic", "--limit", "160", "--no-timing", "--json", *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """tiny_cnn as ONNX: its logits with a card, and without one its logits, a softmax and a sigmoid of them."""
    folder = tmp_path_factory.mktemp("files")
    export = ("export-model", "tiny_cnn", "--format", "onnx", "--dataset", "synthetic", "--images", "2")
    assert status_of([*export, "--output", str(folder / "card.onnx")]) == 0
    for last in ("Identity", "Softmax", "Sigmoid"):
        network = onnx.load(folder / "card.onnx")
        network.graph.node.append(helper.make_node(last, ["emotion"], ["scores"]))
        network.graph.output.pop()
        network.graph.output.append(helper.make_tensor_value_info("scores", TensorProto.FLOAT, ("batch", 8)))
        onnx.save(network, folder / f"{last}.onnx")
    return folder


def test_options_say_what_a_card_would_say(call, folder):
    """The same scores and the same preprocessing, whichever of the two has stated it."""
    by_card = call(*run(f"onnx:{folder / 'card.onnx'}")).json
    done = call(*run(f"onnx:{folder / 'Identity.onnx'}", *options(*FACTS, "output=logits")))

    assert done.status == 0, done.err
    assert done.json["scores"] == by_card["scores"]
    assert done.json["preprocess"] == by_card["preprocess"]
    assert done.json["classes"] == by_card["classes"]
    assert done.json["weights"]["selection"] == "unknown"
    assert (done.json["cost"]["macs"], done.json["cost"]["params_total"]) == (None, None)


def test_a_softmax_in_the_file_is_not_applied_again(call, folder):
    """NLL, Brier score and ECE are those of the logits, to float32; the guard is content."""
    logits = call(*run(f"onnx:{folder / 'card.onnx'}")).json["scores"]["strict"]
    done = call(*run(f"onnx:{folder / 'Softmax.onnx'}", *options(*FACTS, "output=softmax"))).json
    probabilities = done["scores"]["strict"]

    assert done["output_kind"] == "probabilities"
    assert probabilities["accuracy"] == logits["accuracy"] > 0.8
    for metric in ("nll", "brier", "ece", "ece_adaptive"):
        assert probabilities[metric] == pytest.approx(logits[metric], abs=1e-6)
    assert not [warning for warning in done["warnings"] if "probabilities" in warning]


def test_a_softmax_that_is_called_logits_is_noticed(call, folder):
    """The scores are others then, and a warning says so."""
    right = call(*run(f"onnx:{folder / 'Softmax.onnx'}", *options(*FACTS, "output=softmax"))).json
    wrong = call(*run(f"onnx:{folder / 'Softmax.onnx'}", *options(*FACTS, "output=logits"))).json

    assert wrong["scores"]["strict"]["nll"] > right["scores"]["strict"]["nll"] + 0.1
    assert [warning for warning in wrong["warnings"] if "look like probabilities" in warning]


def test_independent_probabilities_answer_as_their_logits_do(call, folder):
    """A sigmoid changes no answer; the shares of the classes are probabilities."""
    logits = call(*run(f"onnx:{folder / 'card.onnx'}")).json
    done = call(*run(f"onnx:{folder / 'Sigmoid.onnx'}", *options(*FACTS, "output=sigmoid"))).json

    assert done["scores"]["strict"]["accuracy"] == logits["scores"]["strict"]["accuracy"]
    assert done["output_kind"] == "probabilities"
    assert not [warning for warning in done["warnings"] if "probabilities" in warning]


def test_an_order_may_be_asked_for(call, folder):
    """--class-order goes before the card; without any the order of the data set is assumed."""
    asked = call(*run(f"onnx:{folder / 'card.onnx'}", "--class-order", "ferplus8")).json
    facts = [fact for fact in FACTS if not fact.startswith("classes")]
    assumed = call(*run(f"onnx:{folder / 'Identity.onnx'}", *options(*facts, "output=logits"))).json

    assert asked["class_order_source"] == "--class-order"
    assert assumed["class_order_source"] == "assumed"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (options(), 2, "size, mean, std, output"),
        (options("size=64"), 2, "mean, std, output"),
        (options("sise=64"), 2, "Did you mean size?"),
        (options("size=wide", "mean=0", "std=1", "output=logits"), 2, "size = 'wide'"),
        (options("size=32", "mean=0", "std=1", "output=logits"), 2, "(images, 3, 32, 32)"),
        (options("size=64", "mean=0", "std=1", "output=logits", "colour_order=grey"), 2, "(images, 1, 64, 64)"),
        ((*options(*FACTS, "output=logits"), "--class-order", "rafdb"), 5, "no output for contempt"),
        ((*options(*FACTS, "output=logits"), "--weights", "mine.pth"), 2, "Leave --weights out"),
    ],
)
def test_what_does_not_fit_is_refused(call, folder, arguments, status, said):
    """Exit code and the fact that is missing or wrong; nothing is computed."""
    done = call(*run(f"onnx:{folder / 'Identity.onnx'}", *arguments))

    assert done.status == status
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("scheme", ["onnx", "torchscript"])
def test_a_file_that_is_not_there_is_missing(call, scheme):
    """Exit 4 with the path."""
    done = call(*run(f"{scheme}:none.bin", *options(*SMALL)))

    assert done.status == 4
    assert "none.bin" in done.err


def test_the_number_of_classes_must_be_that_of_the_file(call, tmp_path):
    """Seven classes for eight outputs: the shapes are named."""
    done = call("profile", f"onnx:{onnx_file(tmp_path / 'm.onnx')}", *options(*SMALL), "--num-classes", "7")

    assert done.status == 2
    assert "(1, 8)" in done.err


def test_exported_files_can_be_looked_at(call, folder, tmp_path):
    """`info` shows the card that a run would use, `profile` the latency and, of TorchScript, the parameters."""
    script = torchscript_file(tmp_path / "m.pt")
    frozen = tmp_path / "frozen.pt"
    torch.jit.freeze(torch.jit.trace(Means().eval(), torch.rand(2, 3, 8, 8))).save(str(frozen))
    card = call("info", f"onnx:{folder / 'Identity.onnx'}", *options(*FACTS, "output=softmax"), "--json").json
    profiles = [
        call("profile", name, *options(*facts), "--device", "cpu", "--json").json["models"][0]
        for name, facts in (
            (f"onnx:{folder / 'card.onnx'}", ()),
            (f"torchscript:{script}", (*SMALL, "classes=affectnet8")),
            (f"torchscript:{frozen}", (*SMALL, "classes=affectnet8")),
            (f"torchscript:{frozen}", (*SMALL[:3], "output=sigmoid", "classes=affectnet8")),
        )
    ]
    costs = [profile["cost"] for profile in profiles]

    assert card["cards"]["model"]["name"] == "onnx:Identity.onnx"
    assert card["cards"]["model"]["output"] == "probabilities"
    assert {profile["num_classes"] for profile in profiles} == {8}
    assert [cost["params_total"] for cost in costs] == [None, 24, None, None]
    assert all(cost["latency_model_ms_p50"] > 0 for cost in costs)


def test_an_onnx_file_runs_on_the_cpu_alone(call, folder):
    """Another device is refused, not ignored."""
    done = call("profile", f"onnx:{folder / 'card.onnx'}", "--device", "cuda")

    assert done.status == 2
    assert "on the CPU" in done.err


def test_the_list_shows_the_schemes(call):
    """As names that can be completed."""
    listed = call("list", "models", "--json").json["models"]
    table = call("list", "models").out

    assert {"onnx:FILE", "torchscript:FILE"} <= {row["name"] for row in listed}
    assert "torchscript:FILE" in table
