"""Proof that an exported file says what the network says: the same images through both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ferbench.pipeline.preprocess import apply
from ferbench.pipeline.probes.numerics import largest_change

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess
    from ferbench.interfaces import Model

#: Largest difference of an output that is still called equal: of the largest output of its image, absolute where that
#: is below 1. Float32 has seven digits, so that logits in the thousands cannot be equal to 1e-4.
TOLERANCE = 1e-4
#: Blocks of colour a side: something coarse for a network to see under the noise.
_BLOCKS = 4
_NOISE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """What a file says, given `batch` images at a time, against what the network says about all `images` of them.

    `max_difference` is the largest of an output, `max_change` the largest in relation to the largest output of its
    image, absolute where that is below 1. `flips` counts answers that are others, `classes` how many different answers
    the network has: with one of them a flip was hardly possible.
    """

    batch: int
    images: int
    max_difference: float
    max_change: float
    flips: int
    classes: int

    @property
    def holds(self) -> bool:
        """Whether the file may be called equal; NaN is no."""
        return self.max_change <= TOLERANCE and not self.flips


def probe_images(preprocess: Preprocess, count: int) -> NDArray[np.float32]:
    """(count, C, H, W): coarse blocks of colour under noise, always the same ones, prepared as the network expects."""
    random = np.random.default_rng(0)
    height, width = preprocess.size
    blocks = random.integers(0, 256 - _NOISE, (count, _BLOCKS, _BLOCKS, 3), dtype=np.uint8)
    noise = random.integers(0, _NOISE, (count, height, width, 3), dtype=np.uint8)
    return np.stack(
        [
            apply(preprocess, np.asarray(Image.fromarray(coarse).resize((width, height))) + fine)
            for coarse, fine in zip(blocks, noise, strict=True)
        ]
    )


def compare(expected: NDArray[np.float32], file: Model, images: NDArray[np.float32], batch: int) -> Parity:
    """The outputs (n, K) of a network against those of a file for the same (n, C, H, W) images."""
    parts = [file.predict(images[start : start + batch])["emotion"] for start in range(0, len(images), batch)]
    found, answers = np.concatenate(parts), expected.argmax(axis=1)
    return Parity(
        batch=batch,
        images=len(images),
        # numpy's maximum keeps a NaN, which Python's own would lose.
        max_difference=float(np.max(np.abs(found.astype(np.float64) - expected))),
        max_change=largest_change(expected, found),
        flips=int((found.argmax(axis=1) != answers).sum()),
        classes=len(np.unique(answers)),
    )
