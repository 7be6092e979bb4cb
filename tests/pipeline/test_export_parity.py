"""When an exported file is called equal: in relation to the largest output of each image, and with the same answers."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from ferbench.pipeline.export.parity import compare


class Shifted:
    """A file whose first output of every image is a little larger than the network's."""

    module = None

    def __init__(self, expected, shift):
        self.answers = expected.copy()
        self.answers[:, 0] += shift

    def predict(self, batch):
        """The answers of the images, which are their numbers."""
        return MappingProxyType({"emotion": self.answers[batch.astype(int)]})


def parity(expected, shift):
    """Network against file, two images at a time."""
    outputs = np.array(expected, dtype=np.float32)
    return compare(outputs, Shifted(outputs, np.float32(shift)), np.arange(len(outputs), dtype=np.float32), 2)


@pytest.mark.parametrize(
    ("largest", "shift", "holds"),
    [
        (1000, 0.09, True),
        (1000, 0.2, False),
        (1, 0.00009, True),
        (1, 0.0002, False),
        (0.001, 0.00009, True),
        (0.001, 0.0002, False),
        (1000, float("nan"), False),
    ],
)
def test_large_outputs_may_differ_by_more(largest, shift, holds):
    """1e-4 of the largest output of an image; 1e-4 itself where that is below 1; a NaN is never equal."""
    assert parity([[0, largest], [0, -largest], [0, largest]], shift).holds is holds


def test_a_large_image_does_not_excuse_a_small_one():
    """Each image is measured by its own outputs; both numbers are kept."""
    found = parity([[0, 1000], [0, 1]], 0.01)

    assert found.max_difference == pytest.approx(0.01)
    assert found.max_change == pytest.approx(0.01)
    assert not found.holds


def test_another_answer_is_never_equal():
    """Two outputs that lie close together, and change places by less than the tolerance."""
    found = parity([[1, 1.00005]], 0.00008)

    assert found.max_change < 1e-4
    assert found.flips == 1
    assert not found.holds
