"""Preprocessing, bit for bit as the official pipelines do it, and as timm and torchvision do what they do."""

from __future__ import annotations

import hashlib
import io

import cv2
import numpy as np
import pytest
import timm.data
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision import transforms

from ferbench.cards import IMAGENET_MEAN, IMAGENET_STD, Preprocess
from ferbench.pipeline.images import decode
from ferbench.pipeline.preprocess import apply, resize, resized_shape
from tests.golden.recipe import make_images

POSTER = Preprocess(size=(224, 224), mean=IMAGENET_MEAN, std=IMAGENET_STD, expects="aligned_face")
APVIT = Preprocess(
    size=(112, 112),
    backend="cv2",
    pixel_max=255,
    mean=(123.675, 116.28, 103.53),
    std=(58.395, 57.12, 57.375),
    expects="aligned_face",
)
#: Input -> SHA-256 of the float32 tensors that the official evaluation pipelines of POSTER and POSTER V2 (torchvision
#: 0.29.1, Pillow 13.0) and of APViT (mmcv 1.7.2, OpenCV 5.0) gave for it. Input: side of a recipe image.
OFFICIAL = {
    "98": (
        "306b5e61cf397aeb57ee9b2610d1986f661e904cc80a82e0921f8439fc817ee4",
        "ff5eefc055ff6009b98f5f8e6adbe1ea7c66d921d15144e1d0c675b84a61f45d",
    ),
    "112": (
        "9a042503c4da1539d9122beb52068cd0c748c1f4b68a9197845eec3830b322f0",
        "28ef03efca1e3e9300a74269290ae32e6b822f85a5f866ab7366fe1b562d0309",
    ),
    "224": (
        "5628cc47e74a043ec6d46a3f4bc5ae945cba588200a9168b1c5a68a4cc4acd12",
        "7161088df70feea9d6b9555d7d7f056aba3e7e486d90b9367515a2b91ee58fc2",
    ),
    "322": (
        "b2434abd300964990591b5d07e25b4ac0dc1a2334fae0eb712ce3c79ef121905",
        "6f09fd33204c0f0ea9a7abfedc8c0652ea390ea4dbad5d49f7c26d8650b31874",
    ),
    "180x203": (
        "1cfeabe97519c30b6c54d5dd7718db74ed852285a01818a4532d46b2cae99e38",
        "09721a20210b81f60fa4517c2d8e2c16b7d3fa8d6332b23a39032aaf9decd31b",
    ),
}


def recipe_image(name: str):
    """(H, W, 3) uint8 RGB: the first recipe image of a side, or the corner that the golden file took."""
    return make_images(224, 1)[0][:180, :203] if name == "180x203" else make_images(int(name), 1)[0]


def noise(height: int, width: int, seed: int = 0):
    """(height, width, 3) random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def plain(**changed) -> Preprocess:
    """A preprocess that only scales to [0, 1], with what a test is about."""
    channels = 1 if changed.get("colour_order") == "grey" else 3
    facts = {"size": (32, 32), "mean": (0.0,) * channels, "std": (1.0,) * channels, "expects": "any"}
    return Preprocess(**(facts | changed))


@pytest.mark.parametrize("which", [0, 1], ids=["torchvision", "mmcv"])
@pytest.mark.parametrize("name", OFFICIAL)
def test_tensors_are_the_official_ones_bit_for_bit(name, which):
    """Larger, smaller and oblong pictures through both official evaluation pipelines."""
    tensor = apply((POSTER, APVIT)[which], recipe_image(name))

    assert hashlib.sha256(tensor.tobytes()).hexdigest() == OFFICIAL[name][which]


@pytest.mark.parametrize("size", [98, 112, 224, 322])
def test_preprocess_equals_torchvision_bit_for_bit(size):
    """Resize, ToTensor and Normalize of the installed torchvision, to the last bit."""
    image = Image.fromarray(make_images(size, 1)[0])
    official = transforms.Compose(
        [transforms.Resize((224, 224)), transforms.ToTensor(), transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)]
    )

    assert np.array_equal(apply(POSTER, np.asarray(image)), official(image).numpy())


@pytest.mark.parametrize("mode", ["center", "squash"])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
@pytest.mark.parametrize(("height", "width"), [(100, 100), (300, 211), (97, 260)])
def test_middle_crops_equal_timm_bit_for_bit(height, width, interpolation, mode):
    """The evaluation transform of timm with a crop percentage, for both of its ways to resize."""
    pixels = noise(height, width)
    official = timm.data.create_transform(
        (3, 64, 64), interpolation=interpolation, crop_pct=0.875, crop_mode=mode, mean=IMAGENET_MEAN, std=IMAGENET_STD
    )
    ours = plain(
        size=(64, 64),
        interpolation=interpolation,
        crop_pct=0.875,
        fit={"center": "shorter_side", "squash": "stretch"}[mode],
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
    )

    assert np.array_equal(apply(ours, pixels), official(Image.fromarray(pixels)).numpy())


@given(
    st.tuples(st.integers(1, 400), st.integers(1, 400)),
    st.tuples(st.integers(1, 64), st.integers(1, 64)),
    st.sampled_from([1.0, 0.95, 0.875, 0.5]),
    st.sampled_from(["stretch", "shorter_side"]),
)
def test_resized_pictures_cover_the_tensor(shape, size, crop_pct, fit):
    """Whatever the shape of a picture, nothing needs to be padded; the shorter side keeps the picture's shape."""
    height, width = resized_shape(plain(size=size, crop_pct=crop_pct, fit=fit), *shape)

    assert height >= size[0]
    assert width >= size[1]
    if fit == "shorter_side":
        assert height == int(size[0] / crop_pct) or width == int(size[1] / crop_pct)


def test_opencv_does_not_filter_when_it_shrinks():
    """The two libraries differ by far where a picture shrinks, which is why the weights say whose resize they know."""
    pixels = noise(224, 224)

    apart = np.abs(resize(plain(), pixels).astype(int) - resize(plain(backend="cv2"), pixels).astype(int))

    assert apart.mean() > 10


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_opencv_filters_are_those_of_their_names(interpolation):
    """The interpolation constants are OpenCV's own."""
    constant = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}[interpolation]
    pixels = noise(50, 70)

    ours = resize(plain(backend="cv2", interpolation=interpolation), pixels)

    assert np.array_equal(ours, cv2.resize(pixels, (32, 32), interpolation=constant))


@pytest.mark.parametrize("quality", [60, 95])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [True, False])
def test_one_decoder_serves_both_pipelines(quality, subsampling, progressive):
    """JPEG files decode to the same pixels in Pillow and OpenCV, so one reader is enough."""
    file = io.BytesIO()
    image = Image.fromarray(make_images(98, 1)[0])
    image.save(file, "JPEG", quality=quality, subsampling=subsampling, progressive=progressive)

    official = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]

    assert np.array_equal(decode(file.getvalue()).pixels, official)


def test_colour_order_swaps_channels_before_the_statistics():
    """BGR weights see blue where RGB weights see red, with the statistics where they were."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[..., 0] = 255

    assert apply(plain(mean=(0.1, 0.2, 0.3), colour_order="bgr"), pixels)[:, 0, 0] == pytest.approx([-0.1, -0.2, 0.7])


def test_grey_is_one_channel_of_luma():
    """0.299 R + 0.587 G + 0.114 B, rounded to a whole level, up to 255 where the weights want that."""
    pixels = np.full((32, 32, 3), (200, 100, 50), np.uint8)

    grey = apply(plain(colour_order="grey", pixel_max=255), pixels)

    assert grey.shape == (1, 32, 32)
    assert grey[0, 0, 0] == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 50, abs=0.5)


def test_sizes_are_height_and_width():
    """A preprocess of another height than width gives that shape."""
    assert apply(plain(size=(10, 20)), noise(20, 30)).shape == (3, 10, 20)


def test_tensor_is_contiguous_float32():
    """What a network gets is plain memory in NCHW."""
    tensor = apply(POSTER, noise(20, 30))

    assert tensor.dtype == np.float32
    assert torch.from_numpy(tensor).is_contiguous()
