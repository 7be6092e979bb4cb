"""Pairs of nearly equal hashes without comparing all pairs: an index of their bands.

A hash of 64 bits has four bands of 16. Where two hashes differ in at most 7 bits, some band differs in at most one of
its bits, since two or more in each of four bands would be 8. So a picture is compared with those that share a band with
it but for one bit: 17 words a band are looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Positions = NDArray[np.int64]
    Codes = NDArray[np.uint64]

BANDS = 4
#: Bits in which two hashes of one picture may differ: what the bands guarantee to find.
MOST_BITS = 2 * BANDS - 1
#: Pictures that one picture is compared with under one word that more of them have.
REACH = 1024

_BAND_BITS = 16
#: Nothing, and each single bit of a band.
_CHANGES = (0, *(1 << bit for bit in range(_BAND_BITS)))
_PAIRS_AT_ONCE = 1 << 17


def near_codes(queries: Codes, codes: Codes, reach: int = REACH) -> Iterator[tuple[Positions, Positions]]:
    """(i, j) of queries (n,) and codes (m,) that differ in at most MOST_BITS bits, some of them repeatedly.

    Under a word that more than `reach` codes have, a query meets the first `reach` of them only; see `crowded`.
    """
    query_words, code_words = words(queries), words(codes)
    for band in range(BANDS):
        order = np.argsort(code_words[:, band], kind="stable")
        ranked = code_words[order, band]
        for change in _CHANGES:
            for i, place in equal_words(query_words[:, band] ^ np.uint16(change), ranked, reach):
                j = order[place]
                near = np.bitwise_count(queries[i] ^ codes[j]) <= MOST_BITS
                yield i[near], j[near]


def words(codes: Codes) -> NDArray[np.uint16]:
    """(n,) hashes -> (n, 4) bands, the bits mixed: neighbouring frequencies would make some bands alike."""
    order = np.random.default_rng(0).permutation(BANDS * _BAND_BITS)
    bits = np.unpackbits(np.ascontiguousarray(codes).view(np.uint8).reshape(len(codes), 8), axis=1)[:, order]
    bands: NDArray[np.uint16] = np.ascontiguousarray(np.packbits(bits, axis=1)).view(np.uint16)
    return bands


def equal_words(
    queries: NDArray[np.uint16], ranked: NDArray[np.uint16], reach: int
) -> Iterator[tuple[Positions, Positions]]:
    """(i, place) of queries and of equal words in a sorted array, a limited number of pairs at a time."""
    first = np.searchsorted(ranked, queries, side="left")
    counts = np.minimum(np.searchsorted(ranked, queries, side="right") - first, reach)
    ends = np.cumsum(counts)
    start = 0
    while start < len(queries):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE, side="right")))
        chunk = counts[start:stop]
        i = np.repeat(np.arange(start, stop), chunk)
        within = np.arange(len(i)) - np.repeat(np.cumsum(chunk) - chunk, chunk)
        yield i, np.repeat(first[start:stop], chunk) + within
        start = stop


def crowded(codes: Codes, reach: int = REACH) -> int:
    """Number of codes that share a band with more than `reach` others, so that not all of those were compared."""
    bands = words(codes)
    found = np.zeros(len(codes), dtype=bool)
    for band in range(BANDS):
        _, position, counts = np.unique(bands[:, band], return_inverse=True, return_counts=True)
        found |= counts[position] > reach
    return int(found.sum())
