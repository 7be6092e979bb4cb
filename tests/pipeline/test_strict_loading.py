"""Tensors that fit a network, and those that do not."""

from __future__ import annotations

import pytest
import torch

from ferbench.errors import WeightsMismatch
from ferbench.pipeline.checkpoints import load_strictly


class Network(torch.nn.Module):
    def __init__(self, classes=7, width=4):
        super().__init__()
        self.body = torch.nn.Linear(3, width)
        self.norm = torch.nn.BatchNorm1d(width)
        self.head = torch.nn.Linear(width, classes)
        self.register_buffer("index", torch.arange(3))


def loaded(tensors, **options):
    network = Network(**options)
    load_strictly(network, tensors, "some.pth")
    return network.state_dict()


def complaint(tensors, **options):
    with pytest.raises(WeightsMismatch) as caught:
        loaded(tensors, **options)
    assert "some.pth" in caught.value.asked
    assert "Network" in caught.value.asked
    return caught.value.found


def test_every_tensor_arrives():
    """Parameters and buffers are those of the file."""
    tensors = Network().state_dict()

    assert all(torch.equal(tensor, tensors[name]) for name, tensor in loaded(tensors).items())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_converted(dtype):
    """Weights of another floating-point type are converted to the type of the network."""
    tensors = {name: t.to(dtype) if t.is_floating_point() else t for name, t in Network().state_dict().items()}

    state = loaded(tensors)

    assert state["head.weight"].dtype == torch.float32
    assert torch.equal(state["head.weight"], tensors["head.weight"].float())


def test_another_number_of_classes():
    """Weights for 8 classes in a network for 7 are called exactly that."""
    found = complaint(Network(classes=8).state_dict(), classes=7)

    assert "trained for 8 classes and the network has 7" in found
    assert "'head.weight', 'head.bias'" in found


def test_another_width_is_not_another_number_of_classes():
    """A body of another width lists the tensors that differ, with both shapes."""
    found = complaint(Network(width=5).state_dict(), width=4)

    assert "classes" not in found
    assert "7 of another shape" in found
    assert "'body.weight' (5, 3) float32 for (4, 3) float32" in found
    assert "and 2 more" in found


def test_missing_and_unexpected_names():
    """Both sorts are counted, and the first of each are named."""
    tensors = Network().state_dict()
    for name in ("body.weight", "index"):
        tensors[f"old.{name}"] = tensors.pop(name)

    found = complaint(tensors)

    assert "2 missing from the file: 'index', 'body.weight'." in found
    assert "2 unknown to the network: 'old.body.weight', 'old.index'." in found


def test_integers_for_floats():
    """Quantised numbers of the right shape are no weights of a float network."""
    tensors = Network().state_dict()
    tensors["body.weight"] = torch.ones(4, 3, dtype=torch.int8)

    assert "'body.weight' (4, 3) int8 for (4, 3) float32" in complaint(tensors)


def test_nothing_is_loaded_when_something_differs():
    """After an error, the network is as it was."""
    network = Network()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    tensors = Network().state_dict()
    del tensors["head.bias"]

    with pytest.raises(WeightsMismatch):
        load_strictly(network, tensors, "some.pth")

    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_files_from_before_batches_were_counted():
    """The counter of batch norm, which inference does not read, may be missing."""
    tensors = Network().state_dict()
    del tensors["norm.num_batches_tracked"]

    assert torch.equal(loaded(tensors)["norm.running_var"], tensors["norm.running_var"])


def test_names_from_the_file_are_escaped():
    """A name with terminal control characters is shown escaped and shortened."""
    found = complaint(Network().state_dict() | {"\x1b[2J" + "x" * 500: torch.ones(1)})

    assert "\x1b" not in found
    assert len(found) < 200
