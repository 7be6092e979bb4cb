"""Bytes become the numbers that a model expects where it computes, to the last bit as the official pipelines do it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ferbench.cards import IMAGENET_MEAN, IMAGENET_STD, Preprocess
from ferbench.errors import PluginError
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.network import TorchModel, normalised_on, ready
from ferbench.pipeline.preprocess import normalised
from ferbench.pipeline.transfers import sent
from ferbench.plugin_manager import build_catalog

IMAGENET = Preprocess(size=(16, 16), mean=IMAGENET_MEAN, std=IMAGENET_STD, expects="any")
GREY = replace(IMAGENET, mean=(0.5,), std=(0.25,), colour_order="grey")
MMCV = replace(IMAGENET, pixel_max=255, mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
CPU = torch.device("cpu")
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")


def presets() -> dict[str, Preprocess]:
    """What the cards of all models and of their released weights say, by whose it is."""
    cards = [registered.entry.card for registered in build_catalog().models]
    own = {card.name: card.preprocess for card in cards}
    return own | {
        f"{card.name} {weights.name}": weights.preprocess
        for card in cards
        for weights in card.weights
        if weights.preprocess
    }


def every_value(channels: int) -> np.ndarray:
    """(2, channels, 16, 16) uint8: each value in each channel, in two orders."""
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    return np.stack([[np.roll(ramp, 7 * channel) for channel in range(channels)], [ramp[::-1]] * channels])


def as_torchvision(preprocess: Preprocess, pixels: np.ndarray) -> np.ndarray:
    """ToTensor divides by 255, Normalize subtracts and divides, each rounded to float32."""
    mean, std = (
        torch.tensor(values, dtype=torch.float32)[:, None, None] for values in (preprocess.mean, preprocess.std)
    )
    return torch.from_numpy(pixels).to(torch.float32).div(255).sub(mean).div(std).numpy()


def as_mmcv(preprocess: Preprocess, pixels: np.ndarray) -> np.ndarray:
    """imnormalize_ subtracts a float64 mean and multiplies by a float64 1 / std, each rounded to float32."""
    mean, std = (
        np.array(values, np.float32)[:, None, None].astype(np.float64) for values in (preprocess.mean, preprocess.std)
    )
    centred = (pixels.astype(np.float32) - mean).astype(np.float32)
    return (centred * (1 / std)).astype(np.float32)


def official(preprocess: Preprocess, pixels: np.ndarray) -> np.ndarray:
    """What the official pipeline of a range makes of all values."""
    return (as_torchvision if preprocess.pixel_max == 1 else as_mmcv)(preprocess, pixels)


@pytest.mark.parametrize("order", ["numpy", "torch"])
def test_all_values_of_all_presets_are_the_official_ones(order):
    """256 values in every channel of every model and of all released weights, bit for bit, in either library."""
    for name, preprocess in {**presets(), "grey": GREY, "mmcv": MMCV}.items():
        pixels = every_value(preprocess.channels)

        found = (
            normalised(preprocess, pixels)
            if order == "numpy"
            else normalised_on(preprocess, torch.from_numpy(pixels)).numpy()
        )

        assert found.dtype == np.float32
        assert np.array_equal(found, official(preprocess, pixels)), name


@given(
    st.sampled_from([1, 255]),
    st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3),
    st.lists(st.floats(0.015625, 1, width=32), min_size=3, max_size=3),
)
def test_all_values_of_any_statistics_are_the_official_ones(pixel_max, mean, std):
    """Whatever a card says: a division in float32 is mmcv's multiplication in float64, rounded."""
    scaled = (tuple(pixel_max * value for value in values) for values in (mean, std))
    preprocess = replace(IMAGENET, pixel_max=pixel_max, **dict(zip(("mean", "std"), scaled, strict=True)))
    pixels = every_value(3)

    ours, theirs = normalised(preprocess, pixels), official(preprocess, pixels)

    assert np.array_equal(ours, theirs)
    assert np.array_equal(normalised_on(preprocess, torch.from_numpy(pixels)).numpy(), theirs)


@needs_cuda
def test_all_values_of_all_presets_are_the_same_on_cuda():
    """Within one unit in the last place."""
    for name, preprocess in presets().items():
        pixels = every_value(preprocess.channels)

        found = normalised_on(preprocess, torch.from_numpy(pixels).cuda()).cpu().numpy()

        assert np.all(np.abs(found - official(preprocess, pixels)) <= np.spacing(np.abs(found))), name


def test_what_others_set_as_usual_changes_no_number():
    """Another default type, or another default device, is not that of the statistics."""
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    preprocess = replace(IMAGENET, mean=(0, 0.25, 1), std=(1, 2, 0.125))
    try:
        found = normalised_on(preprocess, torch.from_numpy(every_value(3))).numpy()
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_default_device("cpu")

    assert np.array_equal(found, official(preprocess, every_value(3)))


def test_numbers_lie_in_order_whatever_order_the_bytes_came_in():
    """Networks add up in another order where the channels come last in memory, which moves the last bits."""
    last = np.ascontiguousarray(every_value(3).transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)

    assert normalised_on(IMAGENET, torch.from_numpy(last)).is_contiguous()
    assert normalised(IMAGENET, last).flags.c_contiguous


def network() -> torch.nn.Module:
    """A small network of ten classes' worth of nothing special."""
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Flatten(), torch.nn.Linear(4 * 14 * 14, 8))


def test_bytes_and_numbers_get_the_same_answer():
    """What is asked about bytes is what `predict` says of the numbers that they become."""
    model = ready(network(), CPU)

    asked = model.question(every_value(3), IMAGENET)()

    assert np.array_equal(asked["emotion"], model.predict(normalised(IMAGENET, every_value(3)))["emotion"])


def test_another_engine_computes_in_place_of_the_network():
    """`forward` is given what the network would be given; the network stays there to be looked at."""
    given = []

    def forward(images):
        given.append(images)
        return {"emotion": images.mean(dim=(2, 3))}

    own = network()
    model = TorchModel(own, CPU, forward)

    said = (model.question(every_value(3), IMAGENET)(), model.predict(normalised(IMAGENET, every_value(3))))

    assert model.module is own
    assert np.array_equal(said[0]["emotion"], said[1]["emotion"])
    assert [images.dtype for images in given] == [torch.float32] * 2


@pytest.fixture
def wrapped():
    """The model of the synthetic set, as the pipeline asks it, to be given other models inside."""
    return load_alone(build_catalog().models.get("tiny_cnn"), 8, {}, "cpu").model


def test_a_plugin_s_own_model_gets_numbers_of_its_own(wrapped):
    """Models that are no torch networks see float32, normalised, in plain memory that they may write to."""
    given = []

    class Own:
        def predict(self, batch):
            given.append(batch.copy())
            assert batch.flags.c_contiguous
            batch[:] = 0
            return {"emotion": np.zeros((len(batch), 8))}

    pixels = every_value(3)
    model = replace(wrapped, model=Own(), preprocess=MMCV)

    first, second = model.answer(pixels), model.answer(pixels)

    assert np.array_equal(first["emotion"], second["emotion"])
    assert all(np.array_equal(batch, official(MMCV, every_value(3))) for batch in given)
    assert given[0].dtype == np.float32


@pytest.mark.parametrize("given", ["bytes", "numbers"])
def test_a_network_with_another_number_of_classes_is_named(wrapped, given):
    """Whichever way it is asked."""
    model = replace(wrapped, model=ready(network(), CPU), num_classes=7, preprocess=IMAGENET)

    with pytest.raises(PluginError, match="given 2 images and 7 classes"):
        model.answer(every_value(3)) if given == "bytes" else model.predict(normalised(IMAGENET, every_value(3)))


@needs_cuda
def test_bytes_arrive_on_cuda_while_it_computes():
    """Many arrays, sent before any is used and while the device is busy: each arrives whole, in any order."""
    device = torch.device("cuda")
    arrays = [np.random.default_rng(seed).integers(0, 256, (8, 3, 224, 224), dtype=np.uint8) for seed in range(20)]
    busy = torch.rand(4096, 4096, device=device)
    on_their_way = [sent(array, device) for array in arrays]
    for array, arrived in list(zip(arrays, on_their_way, strict=True))[::-1]:
        busy = busy @ busy / busy.norm()
        assert np.array_equal((arrived() ^ 0).cpu().numpy(), array)
