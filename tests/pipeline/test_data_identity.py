"""Verdicts on labels and pixels: official, a known variant, unknown, and never more than the evidence says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferbench.cards import Variant
from ferbench.interfaces import Row
from ferbench.pipeline.count_differences import count_differences, exchanged_classes
from ferbench.pipeline.data_identity import label_verdict, pixel_verdict
from ferbench_datasets.rafdb_card import CARD
from tests.drawing import RAFDB_COUNTS, rafdb_labels

SHA256 = "ab" * 32


def rows(split="test", counts=None):
    """Rows of a split as the official list has them, with other counts where they are given."""
    labels = rafdb_labels(counts or RAFDB_COUNTS[split], split)
    return [Row(id=name, label=label, source=None) for name, label in labels]


@pytest.mark.parametrize("split", ["train", "test"])
def test_official_labels(split):
    """The counts and the ids of the whole official split."""
    verdict = label_verdict(CARD, split, rows(split))

    assert (verdict.kind, verdict.text) == ("official", "official")
    assert "official by class and by id" in verdict.finding


def test_ids_that_are_not_official():
    """Equal counts under other names prove nothing: the first of them are named."""
    renamed = [replace(row, id=f"my/{row.id}") if n < 5 else row for n, row in enumerate(rows())]
    verdict = label_verdict(CARD, "test", renamed)

    assert verdict.text == "unknown"
    assert verdict.finding == (
        "the counts are official, 5 of 3,068 ids are not, such as my/test_0001, my/test_0002, my/test_0003"
    )


@pytest.mark.parametrize("name", ["test_0000", "test_3069", "test_9999", "test_00001", "train_00001", "test_0001x"])
def test_ids_outside_of_the_official_range(name):
    """Official names run from 1 to the number of pictures, with a fixed number of digits."""
    verdict = label_verdict(CARD, "test", [replace(rows()[0], id=name), *rows()[1:]])

    assert verdict.kind == "unknown"


def test_no_ids_are_known():
    """Counts alone, where the card knows no ids; the finding says so."""
    verdict = label_verdict(replace(CARD, id_pattern={}), "test", rows())

    assert verdict.kind == "official"
    assert "is not known" in verdict.finding


def test_other_counts():
    """Every class that differs is named, one that is absent and one that is new included."""
    counts = {**RAFDB_COUNTS["test"], "fear": 0, "anger": 163}
    made = [*rows(counts=counts), Row(id="x", label="contempt", source=None)]
    verdict = label_verdict(CARD, "test", made)

    assert verdict.text == "unknown"
    assert verdict.finding == "fear 0 instead of 74; anger 163 instead of 162; contempt 1 instead of 0"


def test_variants():
    """One that was counted is named; hearsay is only what it looks like; several that fit are all named once."""
    one = Variant(name="one", split="test", total=12, counts=None, source="its readme", sure=True)
    other = replace(one, name="other", counts={"fear": 5, "anger": 7})
    card = replace(CARD, variants=(one, replace(one, split="train"), other, replace(other, name="one")))
    made = rows(counts={"fear": 5, "anger": 7})

    assert label_verdict(card, "test", made).text == "variant: one or other"
    assert label_verdict(card, "test", rows(counts={"fear": 7, "anger": 5})).text == "variant: one"
    rumour = label_verdict(replace(card, variants=(replace(one, sure=False),)), "test", made)
    assert rumour.text == "unknown, looks like one"
    assert rumour.finding == "12 images, in all as many as it has (its readme, which nobody has counted)"


def test_nothing_official_is_known():
    """A set without official counts, and a split without them."""
    for card in (replace(CARD, counts=None), replace(CARD, counts={"train": {}})):
        assert label_verdict(card, "test", rows()).finding == "no official number of test images by class is known"


def test_pixels():
    """Official or a variant by their SHA-256 alone; the size of all pictures is a hint, a mixture is none."""
    card = replace(CARD, known_inputs={SHA256: "official-aligned", SHA256[::-1]: "an enlarged copy"})

    assert pixel_verdict(card, SHA256).text == "official"
    assert pixel_verdict(card, SHA256[::-1], {(100, 100): 5}).text == "variant: an enlarged copy"
    assert pixel_verdict(CARD, SHA256, {(224, 224): 5}).text == "unknown, looks like APViT's re-aligned crops"
    assert pixel_verdict(CARD, SHA256, {(100, 100): 5}).kind == "unknown"
    assert pixel_verdict(CARD, SHA256, {(100, 100): 5, (99, 100): 1}).text == "unknown"
    assert "5 of 6 have 100 x 100" in pixel_verdict(CARD, SHA256, {(100, 100): 5, (99, 100): 1}).finding
    assert pixel_verdict(CARD, SHA256).text == "unknown"
    assert pixel_verdict(CARD, SHA256, {}).text == "unknown"


def test_a_verdict_is_json():
    """What a record stores."""
    assert pixel_verdict(CARD, SHA256).as_json() == {
        "kind": "unknown",
        "name": "",
        "text": "unknown",
        "finding": "nobody has put their SHA-256 abababababababab on the card",
    }


def test_exchanged_classes():
    """Two or three classes that changed places are named, with a few pictures too many as well; others are not."""
    official = RAFDB_COUNTS["test"]
    two = {**official, "surprise": 74, "fear": 329}
    three = {**official, "surprise": 74, "fear": 160, "disgust": 329}

    assert exchanged_classes(official, two) == {"surprise": "fear", "fear": "surprise"}
    assert exchanged_classes(official, {**two, "neutral": 679}) == {"surprise": "fear", "fear": "surprise"}
    assert exchanged_classes(official, three) == {"surprise": "fear", "fear": "disgust", "disgust": "surprise"}
    assert exchanged_classes(official, official) == {}
    assert exchanged_classes(official, {**official, "neutral": 400}) == {}
    assert exchanged_classes(official, {"fear": 74}) == {}
    assert exchanged_classes(dict.fromkeys(official, 500), {**dict.fromkeys(official, 500), "fear": 499}) == {}


def test_differences_of_counts():
    """Only what differs, thousands with commas; an absent class has none."""
    assert count_differences({"a": 1, "b": 0}, {"a": 1}) == []
    assert count_differences({"a": 1200}, {"a": 1100, "b": 2}) == ["a 1,100 instead of 1,200", "b 2 instead of 0"]
