"""Parity of POSTER with the official networks: three sizes, two forms, inventory, logits, every block on the way."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch

from ferbench.pipeline.counting import count
from ferbench_poster.config import OFFICIAL
from ferbench_poster.network import Poster
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

    from ferbench_poster.config import PosterConfig
    from tests.golden.parity import Run

#: Golden file -> entry and number of classes.
VARIANTS = {
    "poster_rafdb7_small": ("poster_small", 7),
    "poster_rafdb7_base": ("poster_base", 7),
    "poster_rafdb7_large": ("poster", 7),
    "poster_affectnet7_small": ("poster_affectnet_small", 7),
    "poster_affectnet7_base": ("poster_affectnet_base", 7),
    "poster_affectnet7_large": ("poster_affectnet", 7),
    "poster_affectnet8_small": ("poster_affectnet_small", 8),
    "poster_affectnet8_base": ("poster_affectnet_base", 8),
    "poster_affectnet8_large": ("poster_affectnet", 8),
}
SMALL = ("poster_rafdb7_small", "poster_affectnet7_small")
#: Measured noise: 2e-6 and 1e-14.
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}
#: Recorded as the output of a module that is not here, or that gives its map before the memory is cut.
TAPS = {
    "ir_back": Tap("ir_layer", first_input),
    "pyramid_fuse.pos_drop": Tap("pyramid_fuse.downsample_m", lambda inputs, _output: inputs[0][:, :50]),
}
NEVER_COMPUTED = ("ir_back.output_layer", "face_landback.output_layer")


class Measured(NamedTuple):
    """What is kept of a variant; the network itself, up to half a gigabyte, is not."""

    inventory: list[list[Any]]
    counts: dict[str, Any]
    sha256: str
    runs: dict[str, Run]
    bgr_logits: dict[str, Tensor]


def config(variant: str) -> PosterConfig:
    """The numbers of a variant."""
    name, num_classes = VARIANTS[variant]
    return replace(OFFICIAL[name], num_classes=num_classes)


def bgr_input() -> Tensor:
    """(4, 3, 224, 224) float32: channels reversed before, not after, the statistics of RGB are applied"""
    return torch.from_numpy(normalise(make_images(224)[..., ::-1]))


@cache
def measured(variant: str) -> Measured:
    """Build, fill and run a variant, once for all tests."""
    network = filled(Poster(config(variant)))
    what = Measured(inventory(network), parameter_counts(network), state_dict_sha256(network.state_dict()), {}, {})
    for precision, expected in golden(variant)["results"].items():
        what.runs[precision] = parity.run(network, precision, expected["intermediates"], TAPS)
        if "logits_channels_reversed_bgr" in expected:
            with torch.inference_mode():
                what.bgr_logits[precision] = network(bgr_input().to(getattr(torch, precision)))
    return what


def official_inventory(variant: str) -> list[list[Any]]:
    """The inventory of the large RAF-DB network, without what a variant lacks, with the classes that it has."""
    numbers = config(variant)
    absent = tuple(f"pyramid_fuse.blocks.{index}." for index in range(numbers.depth, 8))
    return [
        [name, [numbers.num_classes, *shape[1:]] if name.startswith("head.") else shape, *rest]
        for name, shape, *rest in golden("poster_inventory")["state_dict"]
        if not name.startswith(absent) and (numbers.token_mixing or ".conv." not in name.partition(".block_")[2])
    ]


@pytest.fixture(scope="module", params=SMALL)
def small_variant(request: pytest.FixtureRequest) -> str:
    """The golden file of a small network, in each form."""
    variant: str = request.param
    return variant


@pytest.fixture(scope="module")
def small(small_variant: str) -> Poster:
    """The small network with golden weights; tests that change it work on a copy."""
    return filled(Poster(config(small_variant)))


def logits_of(network: Poster, image: Tensor) -> Tensor:
    """(B, 3, H, W) -> (B, K)"""
    with torch.inference_mode():
        logits: Tensor = network(image)
    return logits


@pytest.mark.parametrize("variant", VARIANTS)
def test_state_dict_is_that_of_the_official_checkpoints(variant: str) -> None:
    """Names, order, shapes, dtypes and what is frozen agree with the official network, and so do its counts."""
    ours = measured(variant)

    assert ours.inventory == official_inventory(variant)
    assert ours.counts.items() <= golden(variant).items()


@pytest.mark.parametrize("variant", VARIANTS)
def test_recipe_fills_the_weights_of_the_golden_run(variant: str) -> None:
    """All tensors, names and order are bit-identical with those that the official network ran with."""
    assert measured(variant).sha256 == golden(variant)["filled_state_dict_sha256"]


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("variant", VARIANTS)
def test_logits_are_the_official_ones(variant: str, precision: str) -> None:
    """Logits agree within the noise of the precision."""
    expected = torch.tensor(golden(variant)["results"][precision]["logits"], dtype=getattr(torch, precision))

    logits = measured(variant).runs[precision].logits

    torch.testing.assert_close(logits, expected, rtol=0, atol=TOLERANCE[precision])


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("variant", ["poster_rafdb7_small", "poster_rafdb7_large"])
def test_logits_are_the_official_ones_for_blue_before_red(variant: str, precision: str) -> None:
    """So does what the official RAF-DB pipeline computes, which feeds the channels in reverse."""
    official = golden(variant)["results"][precision]["logits_channels_reversed_bgr"]
    expected = torch.tensor(official, dtype=getattr(torch, precision))

    logits = measured(variant).bgr_logits[precision]

    torch.testing.assert_close(logits, expected, rtol=0, atol=TOLERANCE[precision])


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("variant", VARIANTS)
def test_blocks_give_the_official_values(variant: str, precision: str) -> None:
    """Shape, moments, extremes and outermost values of every recorded block, to the noise of its largest value."""
    expected = golden(variant)["results"][precision]["intermediates"]

    assert measured(variant).runs[precision].seen == {
        point: about(figures, TOLERANCE[precision] * max(1.0, figures["abs_max"]))
        for point, figures in expected.items()
    }


def test_gradients_are_the_official_ones(small: Poster, small_variant: str) -> None:
    """Loss and norm agree; what has no gradient is the official dead weight, apart from the frozen network."""
    expected = golden(small_variant)

    figures = gradient_figures(backward(small))

    unused = figures["trainable_but_unused_parameters"]
    assert figures == official_gradients(expected)
    assert sum(small.get_parameter(name).numel() for name in unused) == expected["trainable_but_unused_count"]


def test_without_mixing_the_last_landmark_branch_is_idle() -> None:
    """In the AffectNet form its output is never read, so that 1,840,128 parameters get a gradient of exactly zero."""
    gradients = backward(filled(Poster(config("poster_affectnet7_small")))).gradients

    idle = {name: item for name, item in gradients.items() if item is not None and not item.any()}
    assert sum(item.numel() for item in idle.values()) == 1_840_128
    assert {name.removeprefix("pyramid_fuse.blocks.3.block_l.").split(".")[0] for name in idle} == {
        "attn_lm",
        "mlp2",
        "norm3",
        "norm4",
    }


@pytest.mark.parametrize("variant", ["poster_rafdb7_large", "poster_affectnet7_small"])
def test_cost_is_what_the_counter_finds_in_the_official_network(variant: str) -> None:
    """Products and normalisations are those of the official network; resizing is no multiplication."""
    official = golden(variant)["fvcore"]["by_operator"]

    counts = count(Poster(config(variant)), (3, 224, 224))

    assert counts.macs == official["conv"] + official["linear"] + official["matmul"]
    assert counts.norm_macs == official["batch_norm"] + official["layer_norm"]
    assert counts.params_total == golden(variant)["params_total"]
    assert counts.params_total - counts.params_used == 12_848_128 + 96_016  # dead weight, head of the landmark network


def test_dead_modules_are_not_called(small: Poster) -> None:
    """What only the checkpoints need costs no time."""
    assert called(small, NEVER_COMPUTED) == []


def test_an_image_does_not_depend_on_its_batch(small: Poster) -> None:
    """One image alone gets the logits that it gets beside others."""
    together = logits_of(small, golden_input())

    alone = logits_of(small, golden_input()[2:3])

    torch.testing.assert_close(alone, together[2:3], rtol=0, atol=1e-5)


@pytest.mark.parametrize("whole", [True, False], ids=["module and input", "input alone"])
def test_channels_last_gives_the_same_logits(small: Poster, whole: bool) -> None:
    """The memory format does not matter, although the network reads the memory of a map."""
    expected = logits_of(small, golden_input())
    network = deepcopy(small).to(memory_format=torch.channels_last) if whole else small

    ours = logits_of(network, golden_input().to(memory_format=torch.channels_last))

    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-5)


def test_every_second_pixel_of_a_224_image_is_read(small: Poster) -> None:
    """The backbones see 112 x 112 pixels, taken and not averaged, so the picked pixels alone give the same answer."""
    picked = logits_of(small, golden_input()[..., ::2, ::2].contiguous())

    torch.testing.assert_close(picked, logits_of(small, golden_input()), rtol=0, atol=0)


@pytest.mark.parametrize(("name", "depth"), [("poster", 8), ("poster_affectnet_base", 6), ("poster_small", 4)])
def test_drop_path_rises_evenly_to_a_tenth(name: str, depth: int) -> None:
    """The first block drops nothing, the last 10 %; all three levels of a block alike."""
    blocks = Poster(OFFICIAL[name]).pyramid_fuse.blocks

    rates = [part.drop_path.drop_prob for block in blocks for part in (block.block_l, block.block_m, block.block_s)]

    expected = [rate for rate in torch.linspace(0, 0.1, depth).tolist() for _level in range(3)]
    assert rates == pytest.approx(expected)
