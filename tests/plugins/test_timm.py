"""timm's classifiers: names, the data config that timm has for them, and what is refused."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import timm
from PIL import Image
from timm.data import create_transform, resolve_data_config

from ferbench.errors import UnknownName, UsageError
from ferbench.pipeline.preprocess import apply
from ferbench_timm import ferbench_models

(SCHEME,) = ferbench_models()


@pytest.mark.parametrize("shape", [(100, 100), (240, 176), (97, 301), (224, 224), (300, 300)])
@pytest.mark.parametrize("name", ["resnet10t", "resnet18.a1_in1k", "mobilenetv3_small_050", "vit_tiny_patch16_384"])
def test_pictures_are_prepared_as_timm_prepares_them(name, shape):
    """Its evaluation transform and the card's preprocessing give the same tensor for pictures of any shape."""
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    config = resolve_data_config({}, pretrained_cfg=timm.get_pretrained_cfg(name).to_dict())
    expected = create_transform(**config, is_training=False)(Image.fromarray(pixels)).numpy()
    found = apply(SCHEME.entry(name, {}).card.preprocess, pixels)

    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_a_squashed_picture_is_squashed():
    """The other way of cutting: both sides are resized, whatever the shape was."""
    name = next(name for name in timm.list_models("vit_so150m2*") if config_of(name)["crop_mode"] == "squash")
    pixels = np.random.default_rng(0).integers(0, 256, (120, 90, 3), dtype=np.uint8)
    expected = create_transform(**config_of(name), is_training=False)(Image.fromarray(pixels)).numpy()

    np.testing.assert_allclose(apply(SCHEME.entry(name, {}).card.preprocess, pixels), expected, rtol=0, atol=1e-6)


def config_of(name):
    """The data config that timm has for a model."""
    return resolve_data_config({}, pretrained_cfg=timm.get_pretrained_cfg(name).to_dict())


def test_a_way_of_cutting_that_is_not_known_is_refused():
    """A few models are padded with a border by timm, which a Preprocess cannot say."""
    name = next(name for name in timm.list_models("*deepseek*") if config_of(name)["crop_mode"] == "border")

    with pytest.raises(UsageError, match="border"):
        SCHEME.entry(name, {})


def test_a_tag_chooses_its_data_config():
    """Other released weights of one network want other pictures; nothing is downloaded for it."""
    size = {tag: SCHEME.entry(f"resnet18.{tag}", {}).card.preprocess for tag in ("a1_in1k", "tv_in1k")}

    assert size["a1_in1k"] != size["tv_in1k"]
    assert size["tv_in1k"].interpolation == "bilinear"


def test_a_size_that_is_asked_for_is_that_of_the_pictures():
    """`img_size` goes to the network and to the preprocessing."""
    entry = SCHEME.entry("vit_tiny_patch16_224", {"img_size": 64})
    network = entry.build(5, img_size=64)

    assert entry.card.preprocess.size == (64, 64)
    assert network.patch_embed.img_size == (64, 64)
    assert network.head.out_features == 5


def test_networks_start_without_weights_of_others(monkeypatch):
    """Neither a name nor a tag makes timm look for a file."""
    monkeypatch.setattr("timm.models._builder.load_pretrained", None)

    assert SCHEME.entry("resnet10t.c3_in1k", {}).build(4).get_classifier().out_features == 4


@pytest.mark.parametrize(
    ("name", "near"),
    [("resnet19", "timm:resnet18"), ("resnet18.a1_in2k", "timm:resnet18.a1_in1k"), ("hf_hub:me/mine", ""), ("", "")],
)
def test_unknown_names_are_refused(name, near):
    """With the nearest ones; hub names, which would be downloaded, are names that timm does not list."""
    with pytest.raises(UnknownName) as caught:
        SCHEME.entry(name, {})

    assert near in caught.value.todo


@pytest.mark.parametrize("option", ["pretrained", "checkpoint_path", "pretrained_cfg", "num_classes", "in_chans"])
def test_options_that_would_go_behind_the_harness_are_refused(option):
    """A download, a pickle, other numbers of classes or channels than the run has."""
    with pytest.raises(UsageError, match=option):
        SCHEME.entry("resnet10t", {option: 1})


def test_importing_the_plugin_imports_neither_torch_nor_timm():
    """Listing models stays cheap."""
    code = "import ferbench_timm, sys; ferbench_timm.ferbench_models(); assert not {'torch', 'timm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
