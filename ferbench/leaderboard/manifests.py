"""Test sets as a column: the images that numbers stand on, packed. A database may come from a stranger."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields
from typing import Any

from ferbench.leaderboard.documents import parsed, texts
from ferbench.results import TestSet

#: What a packed manifest may grow to: the 290,000 images of AffectNet's training set take about 80 MB.
MAX_MANIFEST_BYTES = 512 * 2**20


def test_set_json(test_set: TestSet) -> bytes:
    """A test set as JSON with sorted keys, in ASCII: equal test sets in equal order give equal bytes."""
    values = {item.name: getattr(test_set, item.name) for item in fields(test_set)}
    values["attributes"] = [dict(attributes) for attributes in test_set.attributes]
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii")


def pack_test_set(packed_json: bytes) -> bytes:
    """The JSON of a test set, deflated."""
    return zlib.compress(packed_json)


def unpack_test_set(blob: bytes) -> TestSet:
    """The test set in a blob.

    Raises:
        ValueError: it is not one, or its lists differ in length.
    """
    values = parsed(inflated(blob))
    if not isinstance(values, dict) or set(values) != {item.name for item in fields(TestSet)}:
        raise ValueError("the manifest does not have the fields of a test set")
    columns: dict[str, Any] = {name: tuple(texts(values[name], name)) for name in ("ids", "labels", "digests")}
    attributes = values["attributes"]
    if not isinstance(attributes, list) or not all(isinstance(item, dict) for item in attributes):
        raise ValueError("the attributes of the manifest are not a list of mappings")
    lengths = {len(column) for column in columns.values()} | ({len(attributes)} if attributes else set())
    if len(lengths) > 1:
        raise ValueError(f"the lists of the manifest differ in length: {sorted(lengths)}")
    names: dict[str, Any] = {name: str(values[name]) for name in ("dataset", "split", "items_sha256", "pixels_sha256")}
    return TestSet(**names, **columns, attributes=tuple(attributes))


def inflated(blob: bytes) -> bytes:
    """The bytes that were deflated, up to MAX_MANIFEST_BYTES."""
    decompressor = zlib.decompressobj()
    try:
        content = decompressor.decompress(blob, MAX_MANIFEST_BYTES)
    except zlib.error as error:
        raise ValueError(f"the manifest cannot be inflated: {error}") from error
    if not decompressor.eof:
        raise ValueError(f"the manifest is cut off or grows beyond {MAX_MANIFEST_BYTES} bytes")
    return content
