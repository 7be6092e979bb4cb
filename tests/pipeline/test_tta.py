"""Views of a picture, and the mean of what a model says of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision import transforms

from ferbench.cards import IMAGENET_MEAN, IMAGENET_STD, Preprocess
from ferbench.interfaces import Face
from ferbench.pipeline.answering import answers_to
from ferbench.pipeline.preprocess import apply, normalised
from ferbench.pipeline.views import VIEWS, NoFace, Reading


def plain(**changed) -> Preprocess:
    """A preprocess to 32 x 32, with what a test is about."""
    facts = {"size": (32, 32), "mean": IMAGENET_MEAN, "std": IMAGENET_STD, "expects": "any"}
    return Preprocess(**(facts | changed))


def tensors_of(views):
    """(channels, height, width) bytes each -> what the model computes with, of ImageNet's statistics."""
    return normalised(plain(), np.stack(views))


def noise(height=50, width=70):
    """(height, width, 3) random pixels."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("tta", VIEWS)
@pytest.mark.parametrize("colour_order", ["rgb", "bgr", "grey"])
def test_every_augmentation_has_its_number_of_views(tta, colour_order):
    """One, two or ten, each of the size and the channels of the network."""
    channels = 1 if colour_order == "grey" else 3
    preprocess = plain(size=(16, 24), colour_order=colour_order, mean=(0.5,) * channels, std=(0.5,) * channels)

    views = Reading(preprocess=preprocess, tta=tta).views(noise(), None)

    assert [view.shape for view in views] == [(channels, 16, 24)] * VIEWS[tta]


def test_without_augmentation_a_view_is_the_preprocessed_picture():
    """Bit for bit."""
    (view,) = Reading(preprocess=plain()).views(noise(), None)

    assert view.dtype == np.uint8
    assert np.array_equal(tensors_of([view])[0], apply(plain(), noise()))


def test_flip_is_the_picture_and_its_mirror_image():
    """The second view is the first one from right to left."""
    first, second = Reading(preprocess=plain(), tta="flip").views(noise(), None)

    assert np.array_equal(tensors_of([first])[0], apply(plain(), noise()))
    assert np.array_equal(second, first[:, :, ::-1])


@pytest.mark.parametrize("fit", ["stretch", "shorter_side"])
def test_ten_crops_are_those_of_torchvision(fit):
    """Resized to size / 0.875 (32 / 0.875 is 36), then TenCrop, ToTensor and Normalize: bit for bit.

    torchvision mirrors the whole picture, so that its sixth crop is the mirror image of its second.
    """
    resized = transforms.Resize((36, 36) if fit == "stretch" else 36)(Image.fromarray(noise()))
    official = [
        transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)(transforms.ToTensor()(crop)).numpy()
        for crop in transforms.TenCrop(32)(resized)
    ]

    ours = Reading(preprocess=plain(fit=fit), tta="tencrop").views(noise(), None)

    assert np.array_equal(tensors_of(ours), np.stack(official)[[0, 1, 2, 3, 4, 6, 5, 8, 7, 9]])


def test_ten_crops_keep_a_smaller_crop_of_the_weights():
    """Weights that look at three quarters of the side are given crops of that size, not larger ones."""
    preprocess = plain(crop_pct=0.75)
    views = Reading(preprocess=preprocess, tta="tencrop").views(noise(), None)

    assert np.array_equal(tensors_of(views)[4], apply(preprocess, noise()))


class Square:
    """A detector that finds one square, with its landmarks in the middle of it."""

    def detect(self, pixels):
        """The same face in every picture."""
        return [
            Face(box=(20, 10, 40, 30), score=1.0, landmarks=np.array([[25, 15], [35, 15], [30, 20]] + 2 * [[30, 25]]))
        ]


@pytest.mark.parametrize("tta", VIEWS)
@pytest.mark.parametrize("align", ["none", "five_point"])
def test_views_are_of_the_face_that_was_cut_out(tta, align):
    """What lies around the square changes no view."""
    elsewhere = noise()
    elsewhere[:, 50:] = 0
    reading = Reading(preprocess=plain(crop="detect", align=align), tta=tta, detector=Square())

    assert np.array_equal(reading.views(noise(), None), reading.views(elsewhere, None))
    assert not np.array_equal(tensors_of(reading.views(noise(), None))[0], apply(plain(), noise()))


@pytest.mark.parametrize("box", [None, (70, 0, 80, 9), (0, 0, 0, 0)])
def test_a_crop_by_box_needs_a_box_in_the_picture(box):
    """No box, one outside, an empty one: the reason is the same."""
    with pytest.raises(NoFace, match="no box"):
        Reading(preprocess=plain(crop="box")).views(noise(), box)


@dataclass
class Recorder:
    """A model that answers with the mean of each channel, and remembers how many pictures it was given at a time."""

    given: list[int] = field(default_factory=list)

    def answer(self, pixels):
        """(B, 3, H, W) -> the means as `emotion`, the pictures' left upper pixels as `corner`."""
        self.given.append(len(pixels))
        return {"emotion": pixels.mean(axis=(2, 3), dtype=np.float32), "corner": pixels[:, :, 0, 0]}


def views_of(n, count, seed=0):
    """(n, count, 3, 4, 4) random views."""
    return np.random.default_rng(seed).integers(0, 256, (n, count, 3, 4, 4), dtype=np.uint8)


def test_a_single_view_is_given_as_it_is():
    """All outputs, and the batch in one piece: what a run without augmentation records does not change."""
    model, views = Recorder(), views_of(5, 1)

    outputs = answers_to(model, views, 5)

    assert model.given == [5]
    assert set(outputs) == {"emotion", "corner"}
    assert np.array_equal(outputs["corner"], views[:, 0, :, 0, 0])


@given(st.integers(1, 6), st.sampled_from([2, 10]), st.integers(1, 70), st.integers(0, 99))
def test_many_views_give_the_mean_in_chunks_of_the_batch_size(n, count, batch_size, seed):
    """Never more pictures at a time than the batch size, all of them once, and the mean over the views of each."""
    model, views = Recorder(), views_of(n, count, seed)

    outputs = answers_to(model, views, batch_size)

    assert sum(model.given) == n * count
    assert max(model.given) <= batch_size
    assert set(outputs) == {"emotion"}
    assert outputs["emotion"].dtype == np.float32
    assert outputs["emotion"] == pytest.approx(views.mean(axis=(1, 3, 4)), abs=1e-4)


@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_a_view_without_an_answer_leaves_none(strange):
    """An output that is not finite in one view is not finite in the mean, and spoils no other picture."""

    class Strange:
        def answer(self, pixels):
            """Something strange of the second picture's first view, its opposite of the second one."""
            emotion = np.ones((len(pixels), 3), np.float32)
            emotion[pixels[:, 0, 0, 0] == 1] = strange
            emotion[pixels[:, 0, 0, 0] == 2] = -strange
            return {"emotion": emotion}

    views = np.zeros((3, 2, 3, 4, 4), np.uint8)
    views[1, 0], views[1, 1] = 1, 2

    emotion = answers_to(Strange(), views, 2)["emotion"]

    assert np.isfinite(emotion).all(axis=1).tolist() == [True, False, True]
