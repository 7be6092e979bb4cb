"""Every plausible mistake in a reference network is caught by its parity test, and is as large as in the official one.

A mutation is one such mistake, made in our network on purpose. `mutation_sensitivity.json` says how far the same
mistake moved the logits of the official network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ferbench.pipeline.dry_run import twin
from ferbench_apvit.config import ApvitConfig
from ferbench_apvit.network import Apvit
from ferbench_poster.config import OFFICIAL as POSTER_SIZES
from ferbench_poster.network import Poster
from ferbench_poster_v2.network import build as build_poster_v2
from ferbench_poster_v2.window_attention import WindowCrossAttention
from tests.golden.parity import filled, golden, golden_input, golden_input_112
from tests.plugins import test_apvit, test_poster, test_poster_v2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

#: Changes the network that it is given, or gives another one.
Mutation = Callable[[Any], nn.Module]


def with_attributes(kind: type[nn.Module] | tuple[type[nn.Module], ...], **attributes: Any) -> Mutation:
    """Other attributes for all modules of a kind."""

    def mutate(network: nn.Module) -> nn.Module:
        for module in network.modules():
            if isinstance(module, kind):
                for name, value in attributes.items():
                    setattr(module, name, value)
        return network

    return mutate


def bilinear(network: nn.Module) -> nn.Module:
    """The face is averaged, not picked, when it shrinks to 112 x 112; what follows leaves that size as it is."""
    network.register_forward_pre_hook(lambda _module, inputs: F.interpolate(inputs[0], size=112, mode="bilinear"))
    return network


def window_attentions(network: nn.Module) -> list[WindowCrossAttention]:
    """Those of POSTER V2, one a scale."""
    return [module for module in network.modules() if isinstance(module, WindowCrossAttention)]


def without_position_bias(network: nn.Module) -> nn.Module:
    """Nothing is added to the scores of the window attention."""
    for attention in window_attentions(network):
        attention.relative_position_bias_table = nn.Parameter(torch.zeros_like(attention.relative_position_bias_table))
    return network


def with_transposed_position_index(network: nn.Module) -> nn.Module:
    """Query and key change places in the table of offsets."""
    for attention in window_attentions(network):
        attention.relative_position_index = attention.relative_position_index.T
    return network


def with_spatial_tokens(network: Poster) -> nn.Module:
    """The map of IR-50 is cut with its channels last, so that a token is a part of the face."""
    network.ir_back.register_forward_hook(
        lambda _module, _inputs, maps: (maps[0].permute(0, 2, 3, 1).reshape(maps[0].shape),)
    )
    return network


def with_image_attention_scaled_by_512(network: Poster) -> nn.Module:
    """As if one head of width 512 read the image, at every level; the queries bear it, as they are not projected."""
    for name, module in network.named_modules():
        if name.endswith("attn_img"):
            factor = (512 / (module.proj.in_features / module.num_heads)) ** -0.5
            module.register_forward_pre_hook(lambda _module, inputs, factor=factor: (inputs[0], inputs[1] * factor))
    return network


def without_pooling(*blocks: int) -> Mutation:
    """APViT with all patches kept in these blocks, and the official share of what arrives in the others."""
    rates = tuple(1.0 if index in blocks else rate for index, rate in enumerate(ApvitConfig().keep_rates))

    def mutate(network: Apvit) -> nn.Module:
        with torch.device("meta"):
            other = Apvit(ApvitConfig(keep_rates=rates)).eval()
        other.load_state_dict(network.state_dict(), assign=True)
        return other

    return mutate


COMMON = {
    "all LayerNorm eps 1e-5": with_attributes(nn.LayerNorm, eps=1e-5),
    "all LayerNorm eps 1e-6": with_attributes(nn.LayerNorm, eps=1e-6),
    "GELU tanh": with_attributes(nn.GELU, approximate="tanh"),
    "BatchNorm eps 1e-3": with_attributes((nn.BatchNorm1d, nn.BatchNorm2d), eps=1e-3),
    "bilinear instead of nearest": bilinear,
}


class Reference(NamedTuple):
    """A network of ours, and what its parity test compares."""

    build: Callable[[], nn.Module]
    image: Callable[[], Tensor]
    tolerance: Mapping[str, float]
    mutations: Mapping[str, Mutation]


#: By golden file.
REFERENCES = {
    "poster_v2_7": Reference(
        partial(build_poster_v2, 7),
        golden_input,
        test_poster_v2.TOLERANCE,
        {
            "no relative position bias": without_position_bias,
            "relative position index transposed": with_transposed_position_index,
        },
    ),
    "poster_rafdb7_large": Reference(
        partial(Poster, POSTER_SIZES["poster"]),
        golden_input,
        test_poster.TOLERANCE,
        {
            "ir tokens channel-last instead of raw view": with_spatial_tokens,
            "attn_img scale by 512": with_image_attention_scaled_by_512,
        },
    ),
    "apvit_rafdb": Reference(
        partial(Apvit, ApvitConfig()),
        golden_input_112,
        test_apvit.TOLERANCE,
        {"no pooling in blocks 4 and 7": without_pooling(4, 7)},
    ),
}
OFFICIAL = golden("mutation_sensitivity")["models"]
#: All that move the official logits.
CASES = [(name, mutation) for name, moves in OFFICIAL.items() for mutation, moved in moves.items() if moved]


class Subject(NamedTuple):
    """A reference that is ready to be mutated."""

    name: str
    network: nn.Module  # filled, float64
    image: Tensor
    official: Tensor  # the golden float64 logits

    def logits(self, mutate: Mutation) -> Tensor:
        """(4, K): what a mutated twin answers; the network itself stays as it is"""
        with torch.inference_mode():
            logits: Tensor = mutate(twin(self.network))(self.image)
        return logits

    def compare(self, logits: Tensor, precision: str) -> None:
        """What the parity test of the model does; AssertionError when it fails."""
        tolerance = REFERENCES[self.name].tolerance[precision]
        torch.testing.assert_close(logits, self.official, rtol=0, atol=tolerance)


@lru_cache(maxsize=1)
def subject(name: str) -> Subject:
    """A reference that is ready to be mutated; the last one is kept, as each takes half a gigabyte."""
    reference = REFERENCES[name]
    official = torch.tensor(golden(name)["results"]["float64"]["logits"], dtype=torch.float64)
    return Subject(name, filled(reference.build()).double(), reference.image().double(), official)


@pytest.fixture(scope="module", autouse=True)
def forget() -> Iterator[None]:
    """The last network goes with the last test."""
    yield
    subject.cache_clear()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_twin_without_a_mistake_passes(name: str) -> None:
    """What fails below fails for its mutation."""
    reference = subject(name)

    reference.compare(reference.logits(lambda network: network), "float64")


@pytest.mark.parametrize(("name", "mutation"), CASES)
def test_parity_fails_for_a_mistake(name: str, mutation: str) -> None:
    """The comparison of the parity test fails, and the logits move as far as those of the official network did.

    Only float64 can tell one epsilon of LayerNorm from the other; for all else the tolerance of float32 is enough.
    """
    reference = subject(name)
    precision = "float64" if "LayerNorm" in mutation else "float32"

    logits = reference.logits(COMMON.get(mutation) or REFERENCES[name].mutations[mutation])

    with pytest.raises(AssertionError, match="Tensor-likes are not close"):
        reference.compare(logits, precision)
    moved = (logits - reference.official).abs().max().item()
    # The official POSTER V2 rounds a scale to float32 also in float64, worth 2e-9; the others agree to ten digits.
    assert moved == pytest.approx(OFFICIAL[name][mutation], rel=1e-6, abs=5e-9)


def test_only_the_kept_patches_tell_of_the_last_pooling() -> None:
    """Without it the logits of APViT are the same, as in the official network; what is kept is not."""
    reference = subject("apvit_rafdb")
    network = without_pooling(7)(reference.network)
    pooled = test_apvit.watch_pooling(network)

    reference.compare(reference.logits(lambda _twin: network), "float64")

    assert OFFICIAL["apvit_rafdb"]["no pooling in block 7"] == 0.0
    official = test_apvit.official_patches("float64")
    ours = test_apvit.patches_of(pooled)
    assert ours != official
    assert ours == {name: kept for name, kept in official.items() if name != "vit.blocks.7"}
