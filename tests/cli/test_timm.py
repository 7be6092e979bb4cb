"""`timm:NAME` on the command line, with a checkpoint of somebody's training."""

from __future__ import annotations

import pytest
import timm
import torch

#: The smallest that timm has.
NAME = "timm:test_byobnet"
RUN = ("run", "--model", NAME, "--dataset", "synthetic", "--limit", "8", "--no-timing")


@pytest.fixture(scope="module")
def network():
    """A network of eight classes whose answers are not all the same."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return timm.create_model("test_byobnet", num_classes=8).eval()


@pytest.fixture
def checkpoint(network, tmp_path):
    """Write its weights as trainings do."""

    def write(prefix="", **beside):
        path = tmp_path / "trained.pth"
        torch.save(
            {"state_dict": {prefix + name: value for name, value in network.state_dict().items()}, **beside}, path
        )
        return path

    return write


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."])
def test_a_trained_classifier_runs(call, checkpoint, prefix):
    """Its own data config, the order that is asked for, whatever wrapper the training had."""
    done = call(*RUN, "--weights", checkpoint(prefix), "--class-order", "affectnet8", "--json")

    assert done.status == 0, done.err
    assert done.json["model"] == NAME
    assert done.json["class_order_source"] == "--class-order"
    assert done.json["preprocess"]["size"] == [160, 160]
    assert done.json["preprocess"]["fit"] == "shorter_side"
    assert done.json["environment"]["packages"]["timm"] == timm.__version__


def test_a_checkpoint_states_its_own_order(call, checkpoint):
    """`classes` beside the tensors is where the meaning of the outputs belongs."""
    order = ["contempt", "anger", "disgust", "fear", "surprise", "sadness", "happy", "neutral"]
    done = call(*RUN, "--weights", checkpoint(classes=order), "--json")

    assert done.status == 0, done.err
    assert done.json["classes"][0] == "contempt"
    assert done.json["class_order_source"] == "the checkpoint file"


def test_weights_are_never_taken_from_elsewhere(call):
    """Without --weights: exit 4, and no download."""
    done = call(*RUN)

    assert done.status == 4
    assert "--weights FILE" in done.err


def test_an_unknown_name_is_suggested(call):
    """Exit 2 with the nearest names of timm."""
    done = call("run", "--model", "timm:resnet19", "--dataset", "synthetic")

    assert done.status == 2
    assert "timm:resnet18" in done.err


def test_its_card_and_its_cost_can_be_looked_at(call):
    """`info` and `profile` take the name; the list shows the scheme."""
    card = call("info", "timm:resnet18", "--json").json["cards"]["model"]
    cost = call("profile", "timm:resnet18", "--no-timing", "--num-classes", "7", "--json").json["models"][0]["cost"]
    rows = {row["name"]: row for row in call("list", "models", "--json").json["models"]}

    assert card["preprocess"]["mean"] == [0.485, 0.456, 0.406]
    assert cost["params_total"] == 11_180_103
    assert cost["macs"] == 1_813_561_344 + 512 * 7  # convolutions, last layer
    assert rows["timm:NAME"]["plugin"] == "timm"
    assert set(call("info", "timm", "--json").json["cards"]) == {"model scheme"}
