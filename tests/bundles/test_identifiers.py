"""Ids that may be shown, and names for those that may not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ferbench.bundles.identifiers import pseudonyms, silent
from ferbench.results import TestSet

CLASSES = ("anger", "fear", "happiness", "neutral", "sadness")


def shuffled(n):
    """So many labels of five classes, mixed."""
    labels = [CLASSES[i % 5] for i in range(n)]
    random.Random(0).shuffle(labels)
    return labels


@pytest.mark.parametrize("pattern", ["test_{:04d}", "{}", "fer{:07d}", "S{:03d}/001"])
def test_ids_that_differ_in_digits_alone_say_nothing(pattern):
    """Official numbers of pictures whose classes are mixed."""
    assert silent([pattern.format(i) for i in range(100)], shuffled(100))


TELLING = {
    "a folder of the class": lambda i, label: f"{label}/{i:04d}",
    "a code of the class": lambda i, label: f"KA.{label[:2].upper()}{i}",
    "a number of the class": lambda i, label: f"{CLASSES.index(label)}/{i:04d}",
    "a number of the class at the end": lambda i, label: f"S{i // 5:03d}_{CLASSES.index(label)}",
    "a last digit": lambda i, label: f"{i:04d}{CLASSES.index(label)}",
    "a search word": lambda i, label: f"{'angry' if label == 'anger' else 'people'}_{i}",
    "names of files": lambda i, label: f"{'abcdefghij'[i % 10]}{i}",
}


@pytest.mark.parametrize("name_of", TELLING.values(), ids=TELLING)
def test_ids_that_may_tell_the_class_are_not_shown(name_of):
    """Words, codes, and numbers in the order of the classes; and whatever cannot be told from these."""
    labels = shuffled(100)

    assert not silent([name_of(i, label) for i, label in enumerate(labels)], labels)


def test_numbers_in_the_order_of_the_classes_tell_them():
    """The counts by class are public: whoever knows the order knows the labels."""
    labels = sorted(shuffled(100))

    assert not silent([f"{i:04d}" for i in range(100)], labels)


@pytest.fixture
def images():
    """Six images."""
    ids, labels = tuple(f"happy/{i}" for i in range(6)), ("happiness",) * 6
    return TestSet(
        dataset="folder",
        split="all",
        items_sha256="",
        pixels_sha256="",
        ids=ids,
        labels=labels,
        digests=tuple("abcdef"),
    )


def test_pseudonyms_are_the_same_for_who_has_the_images(images):
    """In any order of them."""
    turned = replace(images, ids=images.ids[::-1], digests=images.digests[::-1])

    assert pseudonyms(images) == pseudonyms(turned)[::-1]
    assert len(set(pseudonyms(images))) == 6


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ("happiness",) * 5 + ("fear",)},
        {"digests": tuple("abcdee")},
        {"ids": ("happy/x", *(f"happy/{i}" for i in range(1, 6)))},
    ],
)
def test_pseudonyms_need_every_id_label_and_picture(images, change):
    """Who guesses an id learns nothing: all names change with any part of the set."""
    assert not set(pseudonyms(images)) & set(pseudonyms(replace(images, **change)))
