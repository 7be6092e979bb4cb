"""Parity of APViT with the official network: inventory, logits, every block, every patch that is kept."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch
from torch import nn

from ferbench.pipeline.counting import count
from ferbench_apvit.config import ApvitConfig
from ferbench_apvit.network import Apvit
from ferbench_apvit.pooling import TopPatches
from tests.golden import parity
from tests.golden.parity import (
    Tap,
    about,
    backward,
    filled,
    first_input,
    golden,
    golden_input_112,
    gradient_figures,
    inventory,
    official_gradients,
    parameter_counts,
)
from tests.golden.recipe import make_images, normalise_mmcv, state_dict_sha256

if TYPE_CHECKING:
    from torch import Tensor

    from tests.golden.parity import Run

OFFICIAL = golden("apvit_rafdb")
#: Measured noise: 2e-6 and 5e-15.
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}
POINTS = tuple(OFFICIAL["results"]["float32"]["intermediates"])
#: Recorded as attributes of a module there.
TAPS = {
    "vit.x": Tap("head", first_input),
    "vit.attn_map": Tap("vit.pooling", lambda inputs, _output: inputs[0].view(4, 1, 14, 14)),
}
#: The pooling calls of the official network in their order, and who pools here.
POOLING = ["vit", *(f"vit.blocks.{index}" for index in range(8))]
#: A small network with the same parts: of the 9 patches of an image of 24 x 24, 7, 6, 5 and 4 are kept.
SMALL = ApvitConfig(image_size=24, kept_patches=7, keep_rates=(1.0, 0.9, 0.9, 0.9), embed_dim=32, num_heads=4)


class Pooled(NamedTuple):
    """One call of a pooling."""

    scores: Tensor  # (B, N)
    index: Tensor  # (B, kept)


class Measured(NamedTuple):
    """One forward pass in a precision."""

    run: Run
    pooled: dict[str, Pooled]


def filled_network(config: ApvitConfig | None = None) -> Apvit:
    """A network with the weights of the recipe, for inference."""
    return filled(Apvit(config or ApvitConfig()))


def watch_pooling(network: nn.Module) -> dict[str, Pooled]:
    """What the poolings of the next forward pass are asked, and what they keep, by the module that holds them."""
    seen: dict[str, Pooled] = {}
    for name, module in network.named_modules():
        if isinstance(module, TopPatches):
            holder = name.removesuffix(".pooling")
            module.register_forward_hook(
                lambda _module, inputs, index, holder=holder: seen.update({holder: Pooled(inputs[0], index)})
            )
    return seen


@cache
def measured(precision: str) -> Measured:
    """Run the network once in a precision; it is not kept."""
    network = filled_network()
    pooled = watch_pooling(network)
    return Measured(parity.run(network, precision, POINTS, TAPS, golden_input_112()), pooled)


def official_poolings(precision: str) -> dict[str, Any]:
    """The calls that drop something, by who pools here."""
    calls = zip(POOLING, OFFICIAL["results"][precision]["token_pooling"], strict=True)
    return {name: call for name, call in calls if call["index"] is not None}


def official_patches(precision: str) -> dict[str, list[list[int]]]:
    """What they keep of every image: numbers of patches, or of tokens in a block, where 0 is the class token."""
    return {name: call["index"] for name, call in official_poolings(precision).items()}


def patches_of(pooled: dict[str, Pooled]) -> dict[str, list[list[int]]]:
    """What our poolings keep, in the same numbers; here a pooling is not told of the class token."""
    return {
        name: each.index.tolist() if name == "vit" else [[0, *row] for row in (each.index + 1).tolist()]
        for name, each in pooled.items()
    }


def official_logits(precision: str) -> Tensor:
    """(4, 7)"""
    return torch.tensor(OFFICIAL["results"][precision]["logits"], dtype=getattr(torch, precision))


@pytest.fixture(scope="module")
def network() -> Apvit:
    """The official network with golden weights; tests that change it work on a copy."""
    return filled_network()


def logits_of(network: nn.Module, image: Tensor) -> Tensor:
    """(B, 3, H, W) -> (B, K)"""
    with torch.inference_mode():
        logits: Tensor = network(image)
    return logits


def small_faces(count: int) -> Tensor:
    """(count, 3, 24, 24)"""
    return torch.randn(count, 3, 24, 24, generator=torch.Generator().manual_seed(0))


def test_state_dict_is_that_of_the_official_checkpoints(network: Apvit) -> None:
    """Names, order, shapes, dtypes and what is frozen agree with the official network, and so do its counts."""
    ours = inventory(network)

    assert ours == OFFICIAL["state_dict"]
    assert (len(ours), len(list(network.parameters()))) == (389, 254)
    assert parameter_counts(network).items() <= OFFICIAL.items()


def test_recipe_fills_the_weights_of_the_golden_run(network: Apvit) -> None:
    """All 389 tensors are bit-identical with those that the official network ran with."""
    assert state_dict_sha256(network.state_dict()) == OFFICIAL["filled_state_dict_sha256"]


def test_recipe_makes_the_images_of_the_golden_run() -> None:
    """Pixels and normalised input are bit-identical with those that the official network saw."""
    images = make_images(112)

    expected = OFFICIAL["input"]
    assert hashlib.sha256(images.tobytes()).hexdigest() == expected["images_sha256"]
    assert hashlib.sha256(normalise_mmcv(images).tobytes()).hexdigest() == expected["tensor_sha256"]


@pytest.mark.parametrize("precision", TOLERANCE)
def test_logits_are_the_official_ones(precision: str) -> None:
    """Logits agree within the noise of the precision."""
    logits = measured(precision).run.logits

    torch.testing.assert_close(logits, official_logits(precision), rtol=0, atol=TOLERANCE[precision])


def test_softmax_of_the_logits_is_what_the_official_test_gives() -> None:
    """The official network answers with probabilities when it is tested, ours with what they are made of."""
    expected = torch.tensor(OFFICIAL["results"]["float64"]["softmax_probabilities"], dtype=torch.float64)

    probabilities = measured("float64").run.logits.softmax(dim=1)

    torch.testing.assert_close(probabilities, expected, rtol=0, atol=TOLERANCE["float64"])


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("precision", TOLERANCE)
def test_block_gives_the_official_values(precision: str, point: str) -> None:
    """Shape, moments, extremes and outermost values of a block, to the noise of its largest value."""
    figures = OFFICIAL["results"][precision]["intermediates"][point]

    tolerance = TOLERANCE[precision] * max(1.0, figures["abs_max"])
    assert measured(precision).run.seen[point] == about(figures, tolerance)


@pytest.mark.parametrize("precision", TOLERANCE)
def test_the_official_patches_are_kept(precision: str) -> None:
    """Of the nine official poolings five drop something, and ours keep the same patches of every image."""
    ours = patches_of(measured(precision).pooled)

    assert ours == official_patches(precision)
    assert {name: len(kept[0]) for name, kept in ours.items()} == {
        "vit": 160,
        "vit.blocks.4": 145,
        "vit.blocks.5": 130,
        "vit.blocks.6": 117,
        "vit.blocks.7": 105,
    }


@pytest.mark.parametrize("name", official_poolings("float32"))
def test_patches_have_the_official_scores(name: str) -> None:
    """Not only the order of the scores agrees, but what they are: sums of magnitudes, and of logits over heads."""
    call = official_poolings("float32")[name]
    # In a block the class token has a score too, the first, which nobody asks for.
    expected = torch.tensor(call["score_first8"])[int(call["exclude_first"]) :]

    scores = measured("float32").pooled[name].scores

    torch.testing.assert_close(scores[0, : len(expected)], expected, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("name", official_poolings("float64"))
def test_the_cut_is_as_clear_as_the_official_one(name: str, precision: str) -> None:
    """The last patch that is kept leads the first that is dropped by the official distance, in every image."""
    expected = official_poolings(precision)[name]["margin_at_cut"]
    pooled = measured(precision).pooled[name]
    kept = pooled.index.shape[1]

    best = pooled.scores.sort(dim=1, descending=True).values
    margins = (best[:, kept - 1] - best[:, kept]).tolist()

    largest = float(pooled.scores.abs().max())
    assert margins == pytest.approx(expected, rel=0, abs=TOLERANCE[precision] * max(1.0, largest))


def test_gradients_are_the_official_ones(network: Apvit) -> None:
    """Loss and gradient norm agree, and every parameter has a gradient."""
    figures = gradient_figures(backward(network, golden_input_112()))

    assert figures == official_gradients(OFFICIAL)


def test_cost_is_what_the_counter_finds_in_the_official_network(network: Apvit) -> None:
    """Products and normalisations are those of the official network; choosing and moving patches costs nothing."""
    official = OFFICIAL["fvcore"]["by_operator"]

    counts = count(network, (3, 112, 112))

    assert counts.macs == official["conv"] + official["linear"] + official["matmul"] == 12_646_885_120
    assert counts.norm_macs == official["batch_norm"] + official["layer_norm"]
    assert counts.params_total == counts.params_used == OFFICIAL["params_total"]
    assert set(counts.uncounted_ops) <= set(OFFICIAL["fvcore"]["unsupported_ops"])


@pytest.mark.parametrize(("batch", "first"), [(161, 4), (145, 5), (130, 6), (117, 7)])
def test_the_official_answer_in_unlucky_batches_is_ours_without_pooling(network: Apvit, batch: int, first: int) -> None:
    """In a batch as large as the number of tokens that reach a block, the official network pools no more from there."""
    rates = ApvitConfig().keep_rates
    unlucky = Apvit(ApvitConfig(keep_rates=rates[:first] + (1.0,) * (8 - first))).eval()
    unlucky.load_state_dict(network.state_dict())
    expected = torch.tensor(golden("apvit_batch_quirk")[f"batch{batch}"]["logits_first4"])

    logits = logits_of(unlucky, golden_input_112())

    torch.testing.assert_close(logits, expected, rtol=0, atol=TOLERANCE["float32"])
    moved = (logits - official_logits("float32")).abs().max().item()
    figure = golden("apvit_batch_quirk")[f"batch{batch}"]["max_abs_diff_vs_batch4"]
    assert moved == pytest.approx(figure, rel=0, abs=TOLERANCE["float32"])


class QuirkyTopPatches(nn.Module):
    """The official pooling: it does nothing in a batch as large as the number of tokens, class token included."""

    def __init__(self, pooling: TopPatches) -> None:
        super().__init__()
        self.pooling = pooling

    def forward(self, scores: Tensor) -> Tensor:
        """(B, N) -> (B, kept)"""
        batch, patches = scores.shape
        everything = torch.arange(patches).expand(batch, -1)
        index: Tensor = everything if batch == patches + 1 else self.pooling(scores)
        return index


def test_no_batch_size_changes_an_answer() -> None:
    """Neither does one that equals a number of tokens, where the official network skips the pooling."""
    network = filled_network(SMALL)
    quirky = deepcopy(network)
    for block in quirky.vit.blocks[1:]:
        block.pooling = QuirkyTopPatches(block.pooling)
    faces = small_faces(10)
    alone = torch.cat([logits_of(network, face[None]) for face in faces])

    moved = {
        batch: [(logits_of(each, faces[:batch]) - alone[:batch]).abs().max().item() for each in (network, quirky)]
        for batch in range(2, 11)
    }

    assert all(ours < TOLERANCE["float32"] for ours, _quirk in moved.values())
    assert [batch for batch, (_ours, quirk) in moved.items() if quirk > 1e-3] == [7, 8]
    # In a batch of 6 the last block alone skips, after which only the class token is read.
    assert SMALL.patches_after_block == (7, 6, 5, 4)


def test_an_image_does_not_depend_on_its_batch(network: Apvit) -> None:
    """One image alone gets the logits that it gets beside others."""
    together = logits_of(network, golden_input_112())

    alone = logits_of(network, golden_input_112()[2:3])

    torch.testing.assert_close(alone, together[2:3], rtol=0, atol=1e-5)


@pytest.mark.parametrize("whole", [True, False], ids=["module and input", "input alone"])
def test_channels_last_gives_the_same_logits(network: Apvit, whole: bool) -> None:
    """The memory format does not matter."""
    expected = logits_of(network, golden_input_112())
    other = deepcopy(network).to(memory_format=torch.channels_last) if whole else network

    ours = logits_of(other, golden_input_112().to(memory_format=torch.channels_last))

    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-5)


def test_a_trace_answers_batches_of_any_size() -> None:
    """Nothing in the network looks at the batch, so that it can be traced, and exported with a free batch size."""
    network = filled_network(SMALL)
    traced = torch.jit.trace(network, small_faces(2))

    for batch in (1, 7, 8):
        expected = logits_of(network, small_faces(batch))
        torch.testing.assert_close(logits_of(traced, small_faces(batch)), expected, rtol=0, atol=1e-6)


def test_number_of_classes_is_the_width_of_the_logits() -> None:
    """A network for five classes has five outputs."""
    network = filled_network(replace(SMALL, num_classes=5))

    assert logits_of(network, small_faces(2)).shape == (2, 5)
