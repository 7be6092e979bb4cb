"""The band index finds what comparing all pairs finds."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.doctor.bands import MOST_BITS, crowded, near_codes


def codes(n, seed=0):
    """Random hashes of 64 bits."""
    return np.random.default_rng(seed).integers(0, 2**64, n, dtype=np.uint64)


def changed(code, bits, seed):
    """A hash with so many of its bits changed."""
    for bit in np.random.default_rng(seed).choice(64, bits, replace=False):
        code ^= np.uint64(1) << np.uint64(bit)
    return code


def pairs(queries, index, **options):
    """All pairs that the index gives."""
    return {(int(a), int(b)) for i, j in near_codes(queries, index, **options) for a, b in zip(i, j, strict=True)}


@pytest.mark.parametrize("bits", range(MOST_BITS + 3))
def test_every_pair_within_the_limit_is_found(bits):
    """Two thousand hashes and copies with so many changed bits: all pairs up to the limit, none beyond it."""
    originals = codes(2000)
    copies = np.array([changed(code, bits, seed) for seed, code in enumerate(originals)], np.uint64)

    assert pairs(originals, copies) == ({(i, i) for i in range(2000)} if bits <= MOST_BITS else set())


def test_it_agrees_with_comparing_all_pairs():
    """Clustered hashes, where many pairs are near, against the plain double loop."""
    middle = codes(20, seed=1)
    some = np.array([changed(middle[n % 20], n % 7, n) for n in range(400)], np.uint64)
    distances = np.bitwise_count(some[:, None] ^ some[None, :])

    assert pairs(some, some) == set(map(tuple, np.argwhere(distances <= MOST_BITS).tolist()))


def test_crowds_are_compared_with_the_first_and_counted():
    """Where more pictures share a band than one is compared with, the first of them are taken, and that is said."""
    same = np.repeat(codes(1), 50)

    assert crowded(same, reach=49) == 50
    assert crowded(same, reach=50) == 0
    assert pairs(same, same, reach=3) == {(i, j) for i in range(50) for j in range(3)}


def test_nothing_is_compared_with_nothing():
    """No hashes on either side."""
    assert pairs(codes(0), codes(0)) == set()
    assert pairs(codes(3), codes(0)) == set()
    assert crowded(codes(0)) == 0
