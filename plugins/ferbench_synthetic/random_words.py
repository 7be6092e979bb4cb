"""Random integers from raw Philox words: the same on every machine, because no floating point is involved."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

T = TypeVar("T")

WORD_BITS = 64
BLOCK = 128
BELL_DRAWS = 3


class RandomWords:
    """The stream of 64-bit Philox words that belongs to a name; two names give unrelated streams."""

    def __init__(self, name: str) -> None:
        key = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u8").astype(np.uint64)
        self._philox = np.random.Philox(key=key)
        self._block: list[int] = []

    def word(self) -> int:
        """The next word, 0 to 2**64 - 1."""
        if not self._block:
            self._block = self._philox.random_raw(BLOCK).tolist()[::-1]
        return self._block.pop()

    def integer(self, low: int, high: int) -> int:
        """A uniform integer, both ends included; the bias of the scaling is below 2**-50 for our ranges."""
        return low + (self.word() * (high - low + 1) >> WORD_BITS)

    def bell(self, low: int, high: int) -> int:
        """An integer between the ends that is most often near the middle: the mean of three uniform ones."""
        return sum(self.integer(low, high) for _ in range(BELL_DRAWS)) // BELL_DRAWS

    def choice(self, options: Sequence[T]) -> T:
        """One of the options, each as likely; repeat an option to make it likelier."""
        return options[self.integer(0, len(options) - 1)]

    def octets(self, count: int) -> NDArray[np.uint8]:
        """(count,) uniform bytes, count a multiple of 8; the words are laid out in little-endian order."""
        words = self._philox.random_raw(count // 8)
        return np.frombuffer(words.astype("<u8").tobytes(), dtype=np.uint8)
