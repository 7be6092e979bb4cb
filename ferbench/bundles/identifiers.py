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
    """Whether ids say nothing about their labels: they differ in digits alone, and their order is not that of classes.

    `test_0001` is such an id; `AN/0001`, `KA.AN1.39` and a number that starts with the number of its class are none.
    Sorted by id, neighbours may share their label more often than by chance, since pictures are collected class by
    class, but not more than half way to always.
    """
    if len({_DIGITS.sub("0", name) for name in ids}) > 1:
        return False
    ordered = [label for _, label in sorted(zip(ids, labels, strict=True))]
    n, counts = len(ordered), Counter(ordered)
    if n < 2 or len(counts) < 2:
        return True
    alike = sum(one == other for one, other in pairwise(ordered)) / (n - 1)
    by_chance = sum(count * (count - 1) for count in counts.values()) / (n * (n - 1))
    return alike <= (1 + by_chance) / 2


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
