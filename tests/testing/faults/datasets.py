"""Faults of data sets: of their rows, their splits, what they read and what they refuse."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from ferbench.errors import UsageError
from ferbench.interfaces import Row
from tests.testing import sound
from tests.testing.planting import dataset


def changed(change):
    """An opening whose rows are changed: `change(rows)`."""

    def opening(root, split):
        rows = sound.open_sound(root, split).rows
        return sound.Pictures(tuple(change(list(rows))))

    return opening


def changed_in_training(change):
    """The same in the training split alone, which runs do not take by default."""

    def opening(root, split):
        rows = sound.open_sound(root, split).rows
        return sound.Pictures(tuple(change(list(rows))) if split == "train" else rows)

    return opening


def shuffled(rows):
    """Another order each time."""
    order = random.sample(range(len(rows)), len(rows))
    order = order[::-1] if order == sorted(order) else order
    shuffled.turn = not getattr(shuffled, "turn", False)
    return rows if shuffled.turn else [rows[i] for i in order]


def twice(rows):
    """An id that stands twice."""
    return [*rows, rows[0]]


def decomposed(rows):
    """An id with a letter in two parts."""
    return [replace(rows[0], id="cafe\u0301"), *rows[1:]]


def numbered(rows):
    """A label that is the official number."""
    return [replace(rows[0], label="4"), *rows[1:]]


def spoken(rows):
    """A value that the card does not list."""
    return [replace(rows[0], attributes={"light": "BRIGHT"}), *rows[1:]]


def measured(rows):
    """A value that is no text."""
    return [replace(rows[0], attributes={"light": 3}), *rows[1:]]


def named(rows):
    """An attribute that the card does not know."""
    return [replace(row, attributes={"pose": "left"}) for row in rows]


def any_split(root, split):
    """The same pictures, whatever is asked for."""
    del split
    return sound.open_sound(root, "test")


def no_training(root, split):
    """A plugin that breaks at every split but one."""
    return sound.open_sound(root, {"test": "test"}[split])


def unheard_of(root, split):
    """A split of the card that the plugin has never heard of."""
    if split != "test":
        raise UsageError(f"The split {split!r} was asked for.", "There is test alone.", "Ask for that.")
    return sound.open_sound(root, split)


def any_option(root, split, **options):
    """Options that nobody looks at."""
    del options
    return sound.open_sound(root, split)


def careless(root, split):
    """A folder that is not there is an error of the system; an empty one is an empty set."""
    return sound.Pictures(
        tuple(
            sound.row_of(path)
            for path in sorted(root.rglob("*.png"))
            if path.parent.name in (("test", "train") if split == "all" else (split,))
        )
    )


class Grey(sound.Pictures):
    """Pixels between 0 and 1."""

    def read(self, row):
        """(4, 4, 3) float64."""
        del row
        return np.full((4, 4, 3), 0.5)


class Augmented(sound.Pictures):
    """Pixels that are noise."""

    def read(self, row):
        """(4, 4, 3) uint8."""
        del row
        return np.random.default_rng().integers(0, 256, (4, 4, 3), dtype=np.uint8)


class Text(sound.Pictures):
    """Bytes that are no picture."""

    def read(self, row):
        """A name."""
        return row.id.encode()


def reading(kind, *splits):
    """An opening whose pictures are read otherwise, in some splits or in all."""

    def opening(root, split):
        rows = sound.open_sound(root, split).rows
        return kind(rows) if split in splits or not splits else sound.Pictures(rows)

    return opening


def other_classes(root, split):
    """The classes in another order than on the card."""
    return sound.Pictures(sound.open_sound(root, split).rows, classes=sound.CLASSES[::-1])


def unknown_class(root, split):
    """A class that ferbench does not know."""
    del root, split
    return sound.Pictures((Row(id="a", label="joyful", source=None),), classes=("joyful",))


#: What looks at every split, and cannot but see that one does not open.
EVERY_SPLIT = {"ids", "labels", "counts", "attributes", "disjoint-splits", "reads"}

FAULTS = (
    dataset("stable-order", "rows are others or stand elsewhere", changed(shuffled)),
    dataset("ids", "an id stands more than once", changed(twice), also={"labels", "counts"}),
    dataset("ids", r"not in NFC or cannot be printed: 'cafe\\u0301'", changed(decomposed), also={"disjoint-splits"}),
    dataset("labels", "'test_anger_0' has the label '4'", changed(numbered), also={"counts"}),
    dataset("labels", "its classes are anger, happiness, neutral", other_classes),
    dataset(
        "labels", "'joyful' is no class", unknown_class, also={"counts", "reads", "missing-root", "disjoint-splits"}
    ),
    dataset("ids", "stands more than once in train", changed_in_training(twice), also={"labels"}),
    dataset("labels", "train: .*'train_anger_0' has the label '4'", changed_in_training(numbered)),
    dataset("counts", "train: .*anger 1 instead of 7", counts={"train": {"neutral": 2, "happiness": 2, "anger": 7}}),
    dataset("attributes", "light=BRIGHT", changed_in_training(spoken)),
    dataset("reads", "'train_anger_0' cannot be read", reading(Text, "train")),
    dataset("counts", "anger 1 instead of 7", counts={"test": {"neutral": 2, "happiness": 2, "anger": 7}}),
    dataset("counts", "the card counts angry", counts={"test": {"neutral": 2, "happiness": 2, "angry": 1}}),
    dataset("attributes", "light=BRIGHT", changed(spoken)),
    dataset(
        "attributes",
        "gave the row",
        changed(measured),
        also={
            "stable-order",
            "ids",
            "labels",
            "counts",
            "reads",
            "disjoint-splits",
        },
    ),
    dataset("attributes", "says nothing of the attributes pose", changed(named)),
    dataset("disjoint-splits", "5 ids are in test and in train, and .* is the same picture", any_split),
    dataset("disjoint-splits", "raised KeyError", no_training, also=EVERY_SPLIT),
    dataset("disjoint-splits", "There is test alone", unheard_of, also=EVERY_SPLIT),
    dataset("reads", r"gave ndarray \(4, 4, 3\) float64", reading(Grey)),
    dataset("reads", "shows something else the second time", reading(Augmented)),
    dataset("reads", "cannot be read: UnidentifiedImageError", reading(Text)),
    dataset("unknown-option", "passed over in silence", any_option),
    dataset("missing-root", "in a folder that is not there it is opened", careless),
)
