"""Test sets as a column: the images that numbers stand on, packed. A database may come from a stranger."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields
from typing import Any

from ferbench.errors import LeaderboardError
from ferbench.leaderboard.cells import fitting
from ferbench.leaderboard.documents import parsed, texts
from ferbench.results import TestSet

#: What a manifest may take: the 290,000 images of AffectNet's training set take about 80 MB, 280 bytes an image.
MAX_BYTES_PER_IMAGE = 2**12
MAX_MANIFEST_BYTES = 512 * 2**20
_ROOM_FOR_NAMES = 2**16


def test_set_json(test_set: TestSet) -> bytes:
    """A test set as JSON with sorted keys, in ASCII: equal test sets in equal order give equal bytes."""
    values = {item.name: getattr(test_set, item.name) for item in fields(test_set)}
    values["attributes"] = [dict(attributes) for attributes in test_set.attributes]
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii")


def most_bytes(n: int) -> int:
    """What the JSON of a test set of n images may take."""
    return min(_ROOM_FOR_NAMES + max(n, 0) * MAX_BYTES_PER_IMAGE, MAX_MANIFEST_BYTES)


def pack_test_set(packed_json: bytes, n: int) -> bytes:
    """The JSON of a test set of n images, deflated.

    Raises:
        LeaderboardError: it takes more than `unpack_test_set` would read.
    """
    if len(packed_json) > most_bytes(n):
        raise LeaderboardError(
            f"The test set of {n} images was to be recorded.",
            f"Its ids, labels and attributes take {len(packed_json)} bytes, more than {most_bytes(n)}.",
            "Give the images shorter ids, or fewer or shorter attributes.",
        )
    return zlib.compress(packed_json)


def unpack_test_set(blob: bytes, n: int) -> TestSet:
    """The test set of n images in a blob.

    Raises:
        ValueError: it is not one, or its lists are not of n items.
    """
    values = parsed(inflated(blob, most_bytes(fitting(n, "n", (int,)))))
    if not isinstance(values, dict) or set(values) != {item.name for item in fields(TestSet)}:
        raise ValueError("the manifest does not have the fields of a test set")
    columns: dict[str, Any] = {name: tuple(texts(values[name], name)) for name in ("ids", "labels", "digests")}
    attributes = values["attributes"]
    if not isinstance(attributes, list) or not all(isinstance(item, dict) for item in attributes):
        raise ValueError("the attributes of the manifest are not a list of mappings")
    lengths = {len(column) for column in columns.values()} | ({len(attributes)} if attributes else set())
    if lengths != {n}:
        raise ValueError(f"the lists of the manifest are not of {n} images but of {sorted(lengths)}")
    names: dict[str, Any] = {name: str(values[name]) for name in ("dataset", "split", "items_sha256", "pixels_sha256")}
    return TestSet(**names, **columns, attributes=tuple(attributes))


def inflated(blob: bytes, limit: int) -> bytes:
    """The bytes that were deflated, up to a limit."""
    decompressor = zlib.decompressobj()
    try:
        content = decompressor.decompress(blob, limit)
    except zlib.error as error:
        raise ValueError(f"the manifest cannot be inflated: {error}") from error
    if not decompressor.eof:
        raise ValueError(f"the manifest is cut off or grows beyond {limit} bytes")
    return content
