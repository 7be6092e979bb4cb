"""Shards as files: they come back as they were, or count as not there."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ferbench.pipeline.unfinished.shard import Shard
from ferbench.pipeline.unfinished.shard_file import path_of, read_shard, shard_of, write_shard

KEY = "ab" * 32
#: Two images of which one has no answer, two outputs, and a NaN that is not the usual one.
ODD_NAN = np.array([0x7FC12345], np.uint32).view(np.float32)[0]
SMALL = Shard(
    start=8,
    outputs={
        "emotion": np.array([[1.5, -0.0], [np.nan, np.nan]], np.float32),
        "valence": np.array([ODD_NAN, np.inf], np.float32),
    },
    digests=["1" * 64, "unreadable"],
    failures={9: "unreadable: OSError: \udcff \n \u2028 Datei kaputt"},
    sizes=Counter({(100, 90): 1}),
)


def same(one, other):
    """Whether two shards are equal bit by bit, and hold their outputs in the same order."""
    bits = [[(name, a.dtype, a.shape, a.tobytes()) for name, a in shard.outputs.items()] for shard in (one, other)]
    facts = [(s.start, s.stop, list(s.digests), dict(s.failures), s.sizes) for s in (one, other)]
    return bits[0] == bits[1] and facts[0] == facts[1]


@pytest.fixture
def folder(tmp_path):
    """A folder with the small shard."""
    write_shard(tmp_path, KEY, SMALL)
    return tmp_path


def test_it_comes_back(folder):
    """Everything in a shard is as it was, and nothing else lies in its folder."""
    assert same(read_shard(folder, KEY, 8), SMALL)
    assert list(folder.iterdir()) == [path_of(folder, 8)]


@settings(max_examples=50)
@given(st.data())
def test_any_comes_back(tmp_path_factory, data):
    """So is everything in any shard, whatever its outputs look like."""
    folder, n = tmp_path_factory.mktemp("any"), data.draw(st.integers(1, 5))
    shapes = data.draw(st.dictionaries(st.text(), st.lists(st.integers(0, 3), max_size=2), max_size=3))
    outputs = {
        name: data.draw(arrays.arrays(np.float32, (n, *shape), elements=st.floats(width=32)))
        for name, shape in shapes.items()
    }
    start = data.draw(st.integers(0, 10**9))
    shard = Shard(
        start=start,
        outputs=outputs,
        digests=data.draw(st.lists(st.text(), min_size=n, max_size=n)),
        failures=data.draw(st.dictionaries(st.integers(start, start + n - 1), st.text())),
        sizes=Counter(data.draw(st.dictionaries(st.tuples(st.integers(1), st.integers(1)), st.integers(1)))),
    )
    write_shard(folder, KEY, shard)

    assert same(read_shard(folder, KEY, start), shard)


def test_a_torn_file(folder):
    """However much of a file is there, less than all of it is nothing; so is more."""
    path = path_of(folder, 8)
    content = path.read_bytes()
    for end in range(len(content)):
        path.write_bytes(content[:end])
        assert read_shard(folder, KEY, 8) is None, end
    path.write_bytes(content + b"\0")
    assert read_shard(folder, KEY, 8) is None


def test_a_bit_that_flipped(folder):
    """No bit of a file may be another one."""
    content = path_of(folder, 8).read_bytes()
    assert same(shard_of(content, KEY, 8), SMALL)
    for position in range(len(content)):
        for bit in range(8):
            flipped = content[:position] + bytes([content[position] ^ 1 << bit]) + content[position + 1 :]
            with pytest.raises(ValueError, match="not what was written"):
                shard_of(flipped, KEY, 8)


def test_another_run_or_place(folder):
    """A shard is that of one run and of one place, wherever its file was moved."""
    assert read_shard(folder, "cd" * 32, 8) is None
    path_of(folder, 8).rename(path_of(folder, 16))
    assert read_shard(folder, KEY, 16) is None


def test_no_plain_file(tmp_path):
    """A folder, a link and a pipe count as not there, and nobody waits for them."""
    path_of(tmp_path, 0).mkdir()
    os.mkfifo(path_of(tmp_path, 1))
    write_shard(tmp_path, KEY, SMALL)
    path_of(tmp_path, 2).symlink_to(path_of(tmp_path, 8))

    assert [read_shard(tmp_path, KEY, start) for start in range(3)] == [None, None, None]


#: What somebody else may have written, with a SHA-256 that is right: changes of the header.
FOREIGN = {
    "no object": lambda header: [header],
    "no key": lambda header: {name: value for name, value in header.items() if name != "key"},
    "no rows": lambda header: header | {"digests": [], "shapes": {}},
    "fewer rows": lambda header: header | {"digests": header["digests"][:1]},
    "other shapes": lambda header: header | {"shapes": {"emotion": [2, 4]}},
    "rows below zero": lambda header: header | {"shapes": {"emotion": [-2, -3]}},
    "rows without end": lambda header: header | {"shapes": {"emotion": [math.inf, 2]}},
    "shapes of nothing": lambda header: header | {"shapes": {"emotion": [10**30, 0]}},
    "a failure elsewhere": lambda header: header | {"failures": [[7, "unreadable"]]},
    "failures without place": lambda header: header | {"failures": ["unreadable"]},
    "sizes without end": lambda header: header | {"sizes": [[math.inf, 1, 1]]},
    "sizes of text": lambda header: header | {"sizes": "big"},
    "depth": lambda header: json.loads("[" * 900 + "]" * 900),
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file(folder, change):
    """What has the right hash and no sense counts as not there."""
    path = path_of(folder, 8)
    line, arrays_ = path.read_bytes()[64:].split(b"\n", 1)
    content = json.dumps(change(json.loads(line))).encode() + b"\n" + arrays_
    path.write_bytes(hashlib.sha256(content).hexdigest().encode() + content)

    assert read_shard(folder, KEY, 8) is None


def test_no_line(folder):
    """Nor has what holds no line of JSON at all."""
    for content in (b"", b"nothing", b"\xff\n", b"[" * 100_000 + b"\n"):
        path_of(folder, 8).write_bytes(hashlib.sha256(content).hexdigest().encode() + content)
        assert read_shard(folder, KEY, 8) is None


def test_a_write_that_fails(tmp_path, monkeypatch):
    """What cannot be put on the disk leaves nothing there, and the shard that was there before."""
    write_shard(tmp_path, KEY, SMALL)

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_shard(tmp_path, KEY, Shard(start=8, outputs={}, digests=["2" * 64]))

    assert list(tmp_path.iterdir()) == [path_of(tmp_path, 8)]
    assert same(read_shard(tmp_path, KEY, 8), SMALL)
