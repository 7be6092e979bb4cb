"""Canonical JSON and hashes: one value, one text."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from ferbench.canonical import canonical_json, finite, sha256_json, sha256_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES))
def test_key_order_does_not_matter(value):
    """The same pairs in another order give the same text and the same hash."""
    turned = dict(reversed(value.items()))

    assert canonical_json(turned) == canonical_json(value)
    assert sha256_json(turned) == sha256_json(value)


@given(VALUES)
def test_text_is_json_of_the_value(value):
    """Nothing is lost: the text read back is the value."""
    assert json.loads(canonical_json(value)) == value


def test_what_json_cannot_hold_becomes_null():
    """NaN and infinities, at any depth, become null; tuples become lists."""
    assert canonical_json({"a": (math.nan, [math.inf, 1.5])}) == '{"a":[null,[null,1.5]]}'
    assert finite((1, 2.0)) == [1, 2.0]


def test_undecodable_names_are_hashed_as_their_bytes():
    """A file name with a byte that is no UTF-8 has the hash of that byte."""
    name = b"\xff.jpg".decode("utf-8", "surrogateescape")

    assert sha256_text(name) != sha256_text("?.jpg")
