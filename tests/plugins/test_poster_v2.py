"""Parity of POSTER V2 with the official network: inventory, weights, logits, and every block on the way."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import pytest
import torch

from ferbench_poster_v2.network import build
from tests.golden import parity
from tests.golden.parity import (
    Tap,
    about,
    backward,
    called,
    filled,
    first_input,
    golden,
    golden_input,
    gradient_figures,
    inventory,
    official_gradients,
    parameter_counts,
)
from tests.golden.recipe import make_images, normalise, state_dict_sha256

if TYPE_CHECKING:
    from torch import Tensor

    from ferbench_poster_v2.network import PosterV2
    from tests.golden.parity import Run

VARIANTS = {"poster_v2_7": 7, "poster_v2_8": 8}
# Measured noise: 1e-6 in float32. In float64 the official attention scale is rounded to float32, worth 2e-9.
TOLERANCE = {"float32": 1e-5, "float64": 1e-7}
# Some recorded values enter a module here where they left one there.
TAPS = {
    "window1[0]": Tap("attn1", first_input),
    "window2[0]": Tap("attn2", first_input),
    "window3[0]": Tap("attn3", first_input),
    "VIT.pre_logits": Tap("VIT.se_block", first_input),
}
NEVER_COMPUTED = (
    "VIT.patch_embed",
    "VIT.eca_block",
    "VIT.CON1",
    "VIT.IRLinear1",
    "VIT.IRLinear2",
    "VIT.blocks.0.conv",
    "VIT.blocks.1.conv",
    "ir_back.output_layer",
    "face_landback.output_layer",
)


POINTS = tuple(golden("poster_v2_7")["results"]["float32"]["intermediates"])


def filled_network(num_classes: int) -> PosterV2:
    """The network with the weights of the recipe, for inference."""
    return filled(build(num_classes))


@cache
def run(variant: str, precision: str) -> Run:
    """Run a variant once in a precision; the network is not kept."""
    return parity.run(filled_network(VARIANTS[variant]), precision, POINTS, TAPS)


@pytest.fixture(scope="module")
def network() -> PosterV2:
    """The 7-class network with golden weights; tests that change it work on a copy."""
    return filled_network(7)


@pytest.fixture(scope="module")
def logits(network: PosterV2) -> Tensor:
    """Its logits for the golden input."""
    with torch.inference_mode():
        return network(golden_input())


@pytest.mark.parametrize("variant", VARIANTS)
def test_state_dict_is_that_of_the_official_checkpoints(variant: str) -> None:
    """Names, order, shapes, dtypes, and what is frozen agree with the official network, and so do its counts."""
    network, expected = build(VARIANTS[variant]), golden(variant)

    assert inventory(network) == expected["state_dict"]
    assert parameter_counts(network).items() <= expected.items()


@pytest.mark.parametrize("variant", VARIANTS)
def test_recipe_fills_the_weights_of_the_golden_run(variant: str) -> None:
    """All 747 tensors are bit-identical with those that the official network ran with."""
    assert (
        state_dict_sha256(filled_network(VARIANTS[variant]).state_dict()) == golden(variant)["filled_state_dict_sha256"]
    )


def test_recipe_makes_the_images_of_the_golden_run() -> None:
    """Pixels and normalised input are bit-identical with those that the official network saw."""
    images = make_images(224)

    expected = golden("poster_v2_7")["input"]
    assert hashlib.sha256(images.tobytes()).hexdigest() == expected["images_sha256"]
    assert hashlib.sha256(normalise(images).tobytes()).hexdigest() == expected["tensor_sha256"]


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("variant", VARIANTS)
def test_logits_are_the_official_ones(variant: str, precision: str) -> None:
    """Logits agree within the noise of the precision."""
    expected = torch.tensor(golden(variant)["results"][precision]["logits"], dtype=getattr(torch, precision))

    torch.testing.assert_close(run(variant, precision).logits, expected, rtol=0, atol=TOLERANCE[precision])


@pytest.mark.parametrize("variant", VARIANTS)
def test_only_the_rounded_scale_separates_us_from_the_official_float64(variant: str) -> None:
    """Against official logits that were computed with an unrounded attention scale, nothing remains but rounding."""
    exact = torch.tensor(golden(variant)["results"]["float64"]["logits_with_exact_float64_scale"], dtype=torch.float64)

    torch.testing.assert_close(run(variant, "float64").logits, exact, rtol=0, atol=1e-12)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("variant", VARIANTS)
def test_block_gives_the_official_values(variant: str, precision: str, point: str) -> None:
    """Shape, moments, extremes and the outermost values of a block's output agree with the official block."""
    expected = golden(variant)["results"][precision]["intermediates"][point]

    assert run(variant, precision).seen[point] == about(expected, TOLERANCE[precision])


def test_gradients_are_the_official_ones(network: PosterV2) -> None:
    """Loss and gradient norm agree, and the trainable parameters without gradient are the official dead ones."""
    expected = golden("poster_v2_7")
    ours = backward(network)
    unused = [name for name, gradient in ours.gradients.items() if gradient is None]

    assert gradient_figures(ours) == official_gradients(expected)
    assert sum(network.get_parameter(name).numel() for name in unused) == expected["trainable_but_unused_count"]


def test_dead_modules_are_not_called(network: PosterV2) -> None:
    """What only the checkpoints need costs no time."""
    assert called(network, NEVER_COMPUTED) == []


def test_an_image_does_not_depend_on_its_batch(network: PosterV2, logits: Tensor) -> None:
    """One image alone gets the logits that it gets beside others."""
    with torch.inference_mode():
        alone = network(golden_input()[2:3])

    torch.testing.assert_close(alone, logits[2:3], rtol=0, atol=1e-5)


def test_channels_last_gives_the_same_logits(network: PosterV2, logits: Tensor) -> None:
    """The memory format of module and input does not matter."""
    network = deepcopy(network).to(memory_format=torch.channels_last)

    with torch.inference_mode():
        ours = network(golden_input().to(memory_format=torch.channels_last))

    torch.testing.assert_close(ours, logits, rtol=0, atol=1e-5)


def test_every_second_pixel_of_a_224_image_is_read(network: PosterV2, logits: Tensor) -> None:
    """The backbones see 112 x 112 pixels, taken and not averaged, so the picked pixels alone give the same answer."""
    with torch.inference_mode():
        picked = network(golden_input()[..., ::2, ::2].contiguous())

    torch.testing.assert_close(picked, logits, rtol=0, atol=0)


def test_number_of_classes_is_the_width_of_the_logits() -> None:
    """A network for five classes has five outputs and differs from the official one in the head alone."""
    network = build(num_classes=5).eval()
    official = {name: shape for name, shape, *_ in golden("poster_v2_7")["state_dict"]}

    with torch.inference_mode():
        logits = network(golden_input()[:1])

    changed = [name for name, tensor in network.state_dict().items() if list(tensor.shape) != official[name]]
    assert logits.shape == (1, 5)
    assert changed == ["VIT.head.linear.weight", "VIT.head.linear.bias"]


def test_initialisation_is_the_official_one() -> None:
    """Spread of what is drawn, value of what is constant, and the drop path rates of the three scales."""
    network = build()
    state = network.state_dict()

    spreads = {
        "VIT.cls_token": 0.02,
        "VIT.pos_embed": 0.02,
        "attn1.relative_position_bias_table": 0.02,
        "VIT.blocks.1.mlp.fc1.weight": 0.01,
        "VIT.se_block.linear1.weight": 0.01,
        "VIT.patch_embed.proj.weight": (2 / 768) ** 0.5,
    }
    for name, spread in spreads.items():
        assert state[name].std().item() == pytest.approx(spread, rel=0.1), name
    assert all((state[f"ffn{scale}.gamma{part}"] == 1e-5).all() for scale in (1, 2, 3) for part in (1, 2))
    assert not any(state[f"VIT.{name}.bias"].any() for name in ("head.linear", "blocks.0.attn.qkv", "patch_embed.proj"))
    rates = [ffn.drop_path.drop_prob for ffn in (network.ffn1, network.ffn2, network.ffn3)]
    assert rates == [0.0, 0.125, 0.25]
