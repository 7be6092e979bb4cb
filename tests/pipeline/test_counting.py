"""Counting parameters and multiply-accumulates: exact figures on networks small enough to count by hand."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from ferbench.pipeline.counting import ROOT, count
from ferbench.pipeline.operators import einsum_macs
from ferbench_poster_v2.network import build

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "poster_v2_7.json").read_text())
# Convolutions, linear layers and matrix products, in the words of fvcore.
MAC_OPERATORS = ("conv", "linear", "matmul")
NORM_OPERATORS = ("batch_norm", "layer_norm")


class Network(nn.Module):
    """A network made of a function of (network, image) and the layers that it calls."""

    def __init__(self, compute, **layers):
        super().__init__()
        self.compute = compute
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, image):
        return self.compute(self, image)


class Pair(NamedTuple):
    emotion: torch.Tensor
    faces: int


def macs_of(compute, shape, **layers):
    counts = count(Network(compute, **layers), shape)
    assert counts.not_counted_because == ""
    return counts.macs


def test_convolution_linear_and_norms_by_hand():
    """Each layer counts by its formula; normalisation stands apart; bias and activation cost nothing."""
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 7))
    counts = count(network, (3, 8, 8))
    conv, linear = 4 * 6 * 6 * (3 * 3 * 3), 144 * 7
    assert (counts.macs, counts.norm_macs) == (conv + linear, 2 * 4 * 6 * 6)
    assert counts.macs_by_module == {"0": conv, "1": 0, "2": 0, "3": 0, "4": linear}
    assert counts.params_total == counts.params_trainable == counts.params_used == (112 + 8 + 1015)
    assert counts.counter.startswith("fvcore 0.1.5")


@pytest.mark.parametrize(
    ("layer", "macs"),
    [
        (nn.Conv2d(4, 8, 3, padding="same"), 8 * 6 * 6 * 4 * 9),
        (nn.Conv2d(4, 8, 3, groups=2), 8 * 4 * 4 * 2 * 9),
        (nn.ConvTranspose2d(4, 8, 2, stride=2), 4 * 6 * 6 * 8 * 4),
        (nn.Linear(6, 5), 4 * 6 * 6 * 5),
        (nn.Upsample(scale_factor=2), 0),
    ],
)
def test_layers(layer, macs):
    """Padding by name, groups and transposition are counted; upsampling is no product."""
    assert count(layer, (4, 6, 6)).macs == macs


@pytest.mark.parametrize(
    ("compute", "macs"),
    [
        (lambda _, x: x @ x.mT, 2 * 3 * 3 * 5),
        (lambda _, x: torch.ones(6, 2, 3, 3) @ x, 6 * 2 * 3 * 3 * 5),  # the right side has the larger batch
        (lambda _, x: x.flatten() @ x.flatten(), 30),
        (lambda _, x: torch.mv(x[0, 0], x[0, 0, 0]), 3 * 5),
        (lambda _, x: torch.bmm(x[0], x[0].mT), 2 * 3 * 3 * 5),
        (lambda _, x: torch.baddbmm(torch.ones(2, 3, 3), x[0], x[0].mT), 2 * 3 * 3 * 5),
        (lambda _, x: torch.addbmm(torch.ones(3, 3), x[0], x[0].mT), 2 * 3 * 3 * 5),
        (lambda _, x: torch.addmm(torch.ones(3, 3), x[0, 0], x[0, 0].mT), 3 * 3 * 5),
        (lambda _, x: torch.tensordot(x, x, dims=([1, 3], [1, 3])), 3 * 3 * 2 * 5),
        (lambda _, x: torch.einsum("bhid,bhjd->bhij", x, x), 2 * 3 * 3 * 5),
        (lambda _, x: x * x + x.exp(), 0),
    ],
)
def test_products(compute, macs):
    """Matrix products count alike however they are written, broadcasting included; elementwise products do not."""
    assert macs_of(compute, (2, 3, 5)) == macs


@pytest.mark.parametrize(
    ("equation", "shapes", "macs"),
    [
        ("ij,jk->ik", [(123, 457), (457, 891)], 123 * 457 * 891),  # more digits than NumPy's einsum_path prints
        ("...d,...ed", [(7, 2, 3), (2, 4, 3)], 7 * 2 * 4 * 3),
        ("...d,...ed->...e", [(1, 3), (2, 4, 3)], 2 * 4 * 3),
        ("i,j->ij", [(3,), (4,)], 0),
        ("bchw,bc->bchw", [(2, 3, 4, 4), (2, 3)], 0),
        ("bchw->bc", [(2, 3, 4, 4)], 0),
        ("ijk,jl->il", [(2, 3, 9), (3, 4)], 2 * 3 * 4),  # k is summed before the product
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)], 2 * 3 * 4 + 2 * 4 * 5),
    ],
)
def test_einsum(equation, shapes, macs):
    """An einsum counts the products that it sums over, one pair of operands after the other, exactly."""
    assert einsum_macs(equation, shapes) == macs
    torch.einsum(equation, *(torch.ones(shape) for shape in shapes))


def test_fused_attention_costs_what_explicit_attention_costs():
    """The fused kernel counts as its two matrix products: L * S * (d + e) a head."""

    def queries_keys_values(x):
        return x[..., :4], x.repeat(1, 1, 2, 1)[..., :4], x.repeat(1, 1, 2, 1)

    def fused(_, x):
        return F.scaled_dot_product_attention(*queries_keys_values(x))

    def explicit(_, x):
        q, k, v = queries_keys_values(x)
        return (q @ k.mT / 2).softmax(-1) @ v

    assert macs_of(fused, (3, 5, 7)) == macs_of(explicit, (3, 5, 7)) == 3 * 5 * 10 * (4 + 7)


@pytest.mark.parametrize("need_weights", [True, False])
def test_multi_head_attention_on_its_fast_path(need_weights):
    """The fused operator that torch takes in evaluation mode hides nothing, and stays switched on afterwards."""
    attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def attend(network, x):
        return network.attention(*[x.flatten(2)] * 3, need_weights=need_weights)[0]

    projections, products = 5 * 8 * 8 * 4, 2 * 5 * 5 * 8
    assert macs_of(attend, (5, 2, 4), attention=attention) == projections + products
    assert torch.backends.mha.get_fastpath_enabled()


def test_transformer_encoder_layer_on_its_fast_path():
    """The one operator that torch makes of a whole encoder layer is counted by its parts, norms apart."""
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    counts = count(Network(lambda network, x: network.layer(x.flatten(2)), layer=layer), (5, 2, 4))
    assert counts.macs == 5 * 8 * 8 * 4 + 2 * 5 * 5 * 8 + 2 * 5 * 8 * 16
    assert counts.norm_macs == 2 * 5 * (5 * 8)


def test_recurrent_layers():
    """Every weight matrix of a recurrent layer is used once a step: two layers in two directions."""
    layer = nn.LSTM(6, 4, num_layers=2, bidirectional=True, batch_first=True)
    macs = macs_of(lambda network, x: network.layer(x.flatten(2))[0], (5, 2, 3), layer=layer)
    assert macs == 5 * 2 * 16 * ((6 + 4) + (8 + 4))


def test_what_happens_outside_the_top_level_modules_is_named():
    """The products of the network's own forward are listed, so that the modules add up to the whole."""
    counts = count(Network(lambda network, x: network.conv(x) @ x.mT, conv=nn.Conv2d(1, 1, 1)), (1, 3, 3))
    assert counts.macs_by_module == {"conv": 9, ROOT: 27}


def test_a_module_called_twice_counts_twice_and_its_parameters_once():
    """A layer under two names computes twice and is stored once."""
    layer = nn.Conv2d(3, 3, 1)
    counts = count(nn.Sequential(layer, layer), (3, 4, 4))
    assert (counts.macs, counts.params_total, counts.params_used) == (2 * 9 * 16, 12, 12)
    assert counts.macs_by_module == {"0": 2 * 9 * 16}


def test_parameters_on_the_same_memory_count_once():
    """Two parameter objects that share their values are one parameter of the checkpoint."""
    first, second = nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)
    second.weight = nn.Parameter(first.weight.detach())
    counts = count(nn.Sequential(first, second), (1, 1, 4))
    assert (counts.params_total, counts.params_used) == (16, 16)


def test_dead_and_frozen_parameters():
    """Parameters that no operator reads are held but not used; a view of one is no reading; frozen ones are used."""
    layers = {"used": nn.Linear(4, 4), "dead": nn.Linear(4, 2), "viewed": nn.Linear(4, 3, bias=False)}
    layers["used"].requires_grad_(requires_grad=False)

    def compute(network, x):
        network.viewed.weight.t().unsqueeze(0)
        return network.used(x)

    counts = count(Network(compute, **layers), (1, 1, 4))
    assert (counts.params_total, counts.params_trainable, counts.params_used) == (20 + 10 + 12, 10 + 12, 20)


@pytest.mark.parametrize("wrap", [dict, tuple, Pair._make])
def test_any_output(wrap):
    """Tuples, named tuples and mappings are counted like a tensor, whatever else they hold."""
    network = Network(lambda net, x: wrap([("emotion", net.conv(x)), ("faces", 1)]), conv=nn.Conv2d(3, 2, 1))
    counts = count(network, (3, 4, 4))
    assert (counts.macs, counts.params_used) == (2 * 3 * 16, 8)


@pytest.mark.parametrize(
    ("compute", "reason"),
    [
        (lambda _, __: 3, "the output holds no tensor: int"),
        (
            lambda net, x: torch.from_numpy(net.conv(x).numpy()) + 1,
            "RuntimeError: Converting a tensor to a NumPy array",
        ),
    ],
)
def test_a_network_that_cannot_be_traced_has_a_reason_and_no_zero(compute, reason):
    """What a trace cannot see is not counted as nothing: MACs are missing, and it is said why."""
    counts = count(Network(compute, conv=nn.Conv2d(3, 2, 1)), (3, 4, 4))
    assert (counts.macs, counts.norm_macs, counts.macs_by_module, counts.params_total) == (None, None, {}, 8)
    assert counts.params_used is not None
    assert reason in counts.not_counted_because


def test_a_network_that_does_not_run_keeps_what_it_holds():
    """An image of the wrong shape leaves the parameters counted and everything else open."""
    counts = count(nn.Conv2d(3, 2, 1), (1, 4, 4))
    assert (counts.params_total, counts.params_used, counts.macs) == (8, None, None)
    assert "RuntimeError: Given groups=1" in counts.not_counted_because


def test_uncounted_operators_are_named():
    """What has no handler is listed with how often it occurs."""
    counts = count(nn.Sequential(nn.PReLU(), nn.PReLU(), nn.MaxPool2d(2)), (3, 4, 4))
    assert counts.uncounted_ops == {"aten::prelu": 2, "aten::max_pool2d": 1}


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 8, 8)])
def test_the_network_stays_as_it_was(shape):
    """Mode, hooks, gradients, buffers and random numbers are untouched, also when counting fails."""
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4).eval(), nn.Dropout())
    before, random_state = pickle.dumps(network), torch.get_rng_state()
    count(network, shape)
    assert [part.training for part in network.modules()] == [True, True, False, True]
    assert all(parameter.grad is None for parameter in network.parameters())
    assert torch.equal(torch.get_rng_state(), random_state)
    # Hooks that fvcore forgets after a failed trace could not be pickled.
    assert pickle.dumps(network) == before


def test_nothing_is_said():
    """Importing, tracing and counting warn of nothing and print nothing, whatever is dead or unknown in the network."""
    program = """
from torch import nn
from ferbench.pipeline.counting import count

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.dead, self.act = nn.Conv2d(3, 2, 1), nn.PReLU(), nn.PReLU()

    def forward(self, image):
        return self.act(self.conv(image)) * int(image.mean() > -1)

assert count(Network(), (3, 4, 4)).uncounted_ops["aten::prelu"] == 1
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", program]
    said = subprocess.run(command, check=False, capture_output=True, env=environment)
    assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")


@pytest.mark.parametrize("name", ["vit_tiny_patch16_224", "mobilevit_xxs"])
def test_agrees_with_the_counter_of_torch(name):
    """The counter of torch, at another level and with attention in parts, finds the same products in real networks."""
    network = timm.create_model(name).eval()
    shape = network.default_cfg["input_size"]
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as peer:
        network(torch.zeros(1, *shape))
    counts = count(network, shape)
    assert 2 * counts.macs == peer.get_total_flops()
    assert counts.params_used == counts.params_total


def test_poster_v2_against_the_official_network():
    """Parameters, products and norms of POSTER V2 equal those of the official code, in total and module by module."""
    counts = count(build(7), (3, 224, 224))
    official = GOLDEN["fvcore"]["by_operator"]
    assert counts.macs == sum(official[name] for name in MAC_OPERATORS) == 8_592_404_224
    assert counts.norm_macs == sum(official[name] for name in NORM_OPERATORS)
    assert sum(counts.macs_by_module.values()) == counts.macs
    without_norms = {"attn1", "attn2", "attn3", "conv1", "conv2", "conv3", "last_face_conv", "embed_q", "embed_k"}
    modules = GOLDEN["fvcore"]["by_top_module"]
    assert {name: counts.macs_by_module[name] for name in without_norms} == {
        name: modules[name] for name in without_norms
    }
    assert (counts.params_total, counts.params_trainable) == (GOLDEN["params_total"], GOLDEN["params_trainable"])
    # Official code computes this layer and throws its result away; ours holds its parameters for the checkpoints.
    landmark_head = 512 * 7 * 7 + 2 * 512 + 512 * 136 + 2 * 136
    assert counts.params_used == GOLDEN["params_total"] - GOLDEN["trainable_but_unused_count"] - landmark_head
