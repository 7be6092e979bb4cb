"""Ids of images that say nothing: which may be shown as they are, and pseudonyms for the others."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from ferbench.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.results import TestSet

_DIGITS = re.compile(r"[0-9]+")
_PURPOSE = "ferbench: ids of a bundle"


def silent(ids: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether ids say nothing about their labels: they differ in digits alone, and none of these follow the classes.

    `test_0001` is such an id; `AN/0001`, `KA.AN1.39` and numbers that start or end with the number of their class are
    none. Sorted by id, neighbours may share their label more often than by chance, since pictures are collected class
    by class, but not more than half way to always; and so for each of the numbers in an id, and its last digit.
    """
    if len({_DIGITS.sub("0", name) for name in ids}) > 1:
        return False
    images = sorted(zip(ids, labels, strict=True))
    numbers = [_DIGITS.findall(name) for name, _ in images]
    orders = [[""] * len(images)]
    for place in range(len(numbers[0]) if numbers else 0):
        orders += [[found[place] for found in numbers], [found[place][-1] for found in numbers]]
    return not any(
        follows_classes([label for _, (_, label) in sorted(zip(order, images, strict=True))]) for order in orders
    )


def follows_classes(labels: Sequence[str]) -> bool:
    """Whether neighbours share their label more often than half way from chance to always."""
    n, counts = len(labels), Counter(labels)
    if n < 2 or len(counts) < 2:
        return False
    alike = sum(one == other for one, other in pairwise(labels)) / (n - 1)
    by_chance = sum(count * (count - 1) for count in counts.values()) / (n * (n - 1))
    return alike > (1 + by_chance) / 2


def pseudonyms(test_set: TestSet) -> tuple[str, ...]:
    """A name for each image that only who has all of them can compute: HMAC-SHA256 of its id, 64 hexadecimal digits.

    The key is a hash over ids, labels and content digests together. The digests are in the bundle, but not whose they
    are, so that ids cannot be guessed one by one.
    """
    rows = sorted(zip(test_set.ids, test_set.labels, test_set.digests, strict=True))
    key = hashlib.sha256(encoded(canonical_json([_PURPOSE, rows]))).digest()
    return tuple(hmac.digest(key, encoded(name), "sha256").hex() for name in test_set.ids)


def encoded(text: str) -> bytes:
    """A text as bytes, undecodable bytes of file names as they are."""
    return text.encode("utf-8", "surrogateescape")
