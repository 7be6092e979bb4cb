"""The card beside an exported file: read from TOML and from options, written by an export."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.card_file import EXAMPLE, CardFile, card_of, card_path, read_values, toml_text
from ferbench.cards import Preprocess
from ferbench.emotions import NAMED_ORDERS
from ferbench.errors import UsageError, WeightsError

#: What has no default, in the shortest way.
SHORT = {"size": 64, "mean": 0.5, "std": 0.25, "output": "logits"}

numbers = st.floats(-300, 300)
positive = st.floats(1e-3, 300)
preprocesses = st.sampled_from(["rgb", "bgr", "grey"]).flatmap(
    lambda colours: st.builds(
        Preprocess,
        size=st.tuples(st.integers(1, 512), st.integers(1, 512)),
        interpolation=st.sampled_from(["nearest", "bilinear", "bicubic"]),
        fit=st.sampled_from(["stretch", "shorter_side"]),
        crop_pct=st.floats(0.1, 1),
        backend=st.sampled_from(["pil", "cv2"]),
        colour_order=st.just(colours),
        pixel_max=st.sampled_from([1, 255]),
        mean=st.tuples(*[numbers] * (1 if colours == "grey" else 3)),
        std=st.tuples(*[positive] * (1 if colours == "grey" else 3)),
        expects=st.sampled_from(["aligned_face", "face_crop", "whole_frame", "any"]),
        crop=st.sampled_from(["none", "box", "detect"]),
        align=st.sampled_from(["none", "five_point"]),
        margin=st.floats(0, 1),
    )
)
facts = st.dictionaries(
    st.sampled_from(["model", "weights", "licence"]), st.text(st.characters(exclude_categories=("Cs",)))
)


@given(preprocesses, st.sampled_from(["logits", "softmax", "sigmoid"]), st.sampled_from([None, "rafdb"]), facts)
def test_a_card_that_is_written_reads_the_same(preprocess, output, order, made_from):
    """Every number to the last bit, every text, whatever is in it."""
    card = CardFile(
        preprocess=preprocess, output=output, classes=NAMED_ORDERS[order] if order else None, made_from=made_from
    )

    assert card_of(tomllib.loads(toml_text(card)), "model") == card


def test_names_in_no_encoding_can_be_written():
    """A file name whose bytes are no UTF-8 is spelt out, and the card stays TOML."""
    card = card_of(SHORT, "model")
    text = toml_text(
        CardFile(preprocess=card.preprocess, output="logits", classes=None, made_from={"weights": "\udce9"})
    )

    assert tomllib.loads(text)["made_from"] == {"weights": "\\udce9"}


def test_the_example_of_the_messages_is_a_card():
    """What people are told to write is complete."""
    card = card_of(tomllib.loads(EXAMPLE), "model")

    assert card.preprocess.size == (224, 224)
    assert card.classes == NAMED_ORDERS["affectnet7"]


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("size", 224, (224, 224)),
        ("size", "224x192", (224, 192)),
        ("size", [224, 192], (224, 192)),
        ("size", [224], (224, 224)),
        ("mean", "0.1,0.2,0.3", (0.1, 0.2, 0.3)),
        ("mean", [0, 0.2, 1], (0.0, 0.2, 1.0)),
        ("mean", 0.5, (0.5, 0.5, 0.5)),
        ("std", "127.5", (127.5, 127.5, 127.5)),
        ("pixel_max", 255, 255),
        ("crop_pct", 1, 1.0),
    ],
)
def test_facts_may_be_spelt_in_several_ways(key, value, read):
    """As lists of TOML, as texts of the command line, as one number for all channels."""
    assert getattr(card_of({**SHORT, key: value}, "model").preprocess, key) == read


@pytest.mark.parametrize(
    "classes", ["rafdb", "Surprised,fear,disgust,happy,sad,angry,neutral", list(NAMED_ORDERS["rafdb"])]
)
def test_classes_may_be_a_name_or_a_list(classes):
    """In any spelling of the classes."""
    assert card_of({**SHORT, "classes": classes}, "model").classes == NAMED_ORDERS["rafdb"]


def test_grey_has_one_channel():
    """One number is enough, and three are refused."""
    card = card_of({**SHORT, "colour_order": "grey"}, "model")

    assert card.preprocess.channels == len(card.preprocess.mean) == len(card.preprocess.std) == 1
    with pytest.raises(UsageError, match="not 1 numbers"):
        card_of({**SHORT, "colour_order": "grey", "mean": [0.1, 0.2, 0.3]}, "model")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("size", value) for value in (0, -1, 3.5, "big", "224x", "1x2x3", [1, 2, 3], [], True, None, [1.5, 2])),
        *(("mean", value) for value in ("a,b,c", [0.1, 0.2], "", [True, 1, 1], [[1], 2, 3], "nan", float("inf"), None)),
        *(("std", value) for value in (0, [0.1, -0.2, 0.3], "x")),
        *(("crop_pct", value) for value in (0, 1.01, "1", True)),
        *(("margin", value) for value in (-0.1, 1.5, "wide", False)),
        *(("pixel_max", value) for value in (256, "255", True)),
        *(("colour_order", value) for value in ("gray", "", 1)),
        *(("output", value) for value in ("probabilities", None, 3)),
        *(("classes", value) for value in (7, {})),
        ("interpolation", "lanczos"),
        ("backend", "skimage"),
        ("made_from", "tiny_cnn"),
    ],
)
def test_values_that_mean_nothing_are_refused(key, value):
    """UsageError with the value, and an example of a card."""
    with pytest.raises(UsageError) as caught:
        card_of({**SHORT, key: value}, "onnx:mine.onnx")

    assert "onnx:mine.onnx" in caught.value.asked
    assert f"{key} = {value!r}" in caught.value.found
    assert EXAMPLE in caught.value.todo


@pytest.mark.parametrize("classes", ["rafbd", ["happy", "joy"], [], "happy,bored"])
def test_classes_that_are_none_are_refused(classes):
    """As they are with --class-order."""
    with pytest.raises(UsageError, match="class order"):
        card_of({**SHORT, "classes": classes}, "onnx:mine.onnx")


def test_everything_that_is_missing_is_named_at_once():
    """Size, mean, standard deviation and output have no default."""
    with pytest.raises(UsageError) as caught:
        card_of({}, "onnx:mine.onnx")

    assert "size, mean, std, output" in caught.value.found
    assert EXAMPLE in caught.value.todo


def test_a_key_that_is_not_known_is_named():
    """With the nearest one."""
    with pytest.raises(UsageError) as caught:
        card_of({**SHORT, "color_order": "bgr"}, "onnx:mine.onnx")

    assert "color_order" in caught.value.asked
    assert caught.value.todo == "Did you mean colour_order?"


def test_a_file_without_a_card_has_no_values(tmp_path):
    """Options may then say everything."""
    assert read_values(card_path(tmp_path / "mine.onnx")) == {}


@pytest.mark.parametrize("content", [b"size = ", b"\xff\xfe", b"size = 1\nsize = 2\n"])
def test_a_card_that_is_no_toml_is_refused(tmp_path, content):
    """WeightsError with its path."""
    path = card_path(tmp_path / "mine.onnx")
    path.write_bytes(content)

    with pytest.raises(WeightsError, match=r"mine\.onnx\.toml"):
        read_values(path)


def test_a_card_that_is_a_folder_is_refused(tmp_path):
    """No error of the system reaches the user bare."""
    path = card_path(tmp_path / "mine.onnx")
    path.mkdir()

    with pytest.raises(WeightsError, match="was to be read"):
        read_values(path)
