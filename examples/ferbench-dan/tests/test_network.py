"""The network is the official one: the same tensors, the same numbers, the same cost."""

from __future__ import annotations

import pytest
import torch
from fvcore.nn import FlopCountAnalysis

from ferbench_dan.network import build
from recipe import fill, golden, pictures, tensor_of

#: Relative to the largest logit: with the recipe's weights the logits are of the order of 300.
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}


@pytest.fixture(scope="module", params=[7, 8])
def num_classes(request):
    """RAF-DB and AffectNet have 7 classes, AffectNet with contempt has 8."""
    return request.param


@pytest.fixture(scope="module")
def network(num_classes):
    """The network with the recipe's weights, for inference."""
    network = build(num_classes)
    fill(network.state_dict())
    return network.eval()


def test_tensors_are_those_of_the_official_network(network, num_classes):
    """Names, shapes, types and their order: an official checkpoint loads strictly, unrenamed."""
    found = [[name, list(tensor.shape), str(tensor.dtype)] for name, tensor in network.state_dict().items()]

    assert found == golden(num_classes)["state_dict"]
    assert sum(item.numel() for item in network.parameters()) == golden(num_classes)["params_total"]


@pytest.mark.parametrize("precision", TOLERANCE)
def test_logits_are_those_of_the_official_network(network, num_classes, precision):
    """In float32 within 1e-5 of the largest logit; in float64, where only a wrong formula differs, within 1e-9."""
    expected = torch.tensor(golden(num_classes)["results"][precision]["logits"], dtype=torch.float64)
    dtype = getattr(torch, precision)
    with torch.inference_mode():
        found = network.to(dtype)(tensor_of(pictures()).to(dtype)).double()
    network.float()

    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= TOLERANCE[precision] * expected.abs().max()


def test_what_the_heads_see_is_what_the_official_heads_see(network, num_classes):
    """The map of the trunk and the shares of the heads have the recorded shape, mean, deviation and first numbers."""
    images = tensor_of(pictures())
    with torch.inference_mode():
        found = {"features": network.features(images), "heads_log_softmax": network.head_shares(images)}

    for point, expected in golden(num_classes)["results"]["float32"]["intermediates"].items():
        value = found[point].double()
        assert list(value.shape) == expected["shape"]
        assert value.mean().item() == pytest.approx(expected["mean"], rel=1e-5)
        assert value.std(correction=0).item() == pytest.approx(expected["std"], rel=1e-5)
        largest = value.abs().max().item()
        assert value.flatten()[:8].tolist() == pytest.approx(expected["first8"], rel=0, abs=1e-5 * largest)


def test_operations_are_those_of_the_official_network(network, num_classes):
    """For one picture fvcore counts the same number, and passes over the same operators."""
    counted = FlopCountAnalysis(network, torch.zeros(1, 3, 224, 224)).unsupported_ops_warnings(enabled=False)

    assert counted.total() == golden(num_classes)["fvcore"]["total"]
    assert dict(counted.unsupported_ops()) == golden(num_classes)["fvcore"]["unsupported_ops"]
