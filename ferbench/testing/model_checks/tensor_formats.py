"""Whether a network bears other forms of the same numbers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.network import named_outputs
from ferbench.pipeline.probes.numerics import TOLERANCE, largest_change
from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from ferbench.testing.subjects import ModelSubject


def channels_last(model: ModelSubject) -> str:
    """A copy of the network, and pictures, with the channels last in memory, as engines lay them out for speed."""
    import torch

    network = copy.deepcopy(model.network()).to(memory_format=torch.channels_last)
    images = torch.from_numpy(model.images.copy()).to(memory_format=torch.channels_last)
    change = largest_change(model.outputs, answers(network, images))
    require(change <= TOLERANCE, f"an output changes by {change:.1e} with the channels last in memory")
    return f"largest change of an output with the channels last in memory: {change:.1e}"


def half_precision(model: ModelSubject) -> str:
    """A copy of the network, and pictures, in bfloat16. How far the answers move is reported, and judged by nobody."""
    import torch

    network = copy.deepcopy(model.network()).to(torch.bfloat16)
    found = answers(network, torch.from_numpy(model.images.copy()).to(torch.bfloat16))
    require(bool(np.isfinite(found).all()), "in bfloat16 an answer holds a NaN or an infinity")
    flips = int((found.argmax(axis=1) != model.outputs.argmax(axis=1)).sum())
    change = largest_change(model.outputs, found)
    return f"in bfloat16 an output changes by up to {change:.1e}, and {flips} of {len(found)} answers are others"


def answers(network: nn.Module, images: Tensor) -> NDArray[np.float32]:
    """(n, K) float32 `emotion` of pictures."""
    import torch

    with torch.inference_mode():
        found: NDArray[np.float32] = named_outputs(network(images))["emotion"].float().numpy()
    return found


CHECKS = (
    Check(
        name="channels-last",
        kinds=("model",),
        asks="The answers are the same when the channels are last in memory.",
        mend="Use reshape or flatten where view is used, and permute before a view that relies on the order in memory.",
        run=channels_last,
    ),
    Check(
        name="half-precision",
        kinds=("model",),
        asks="The network runs in bfloat16; by how much its answers change is reported.",
        mend="Make tensors in forward like the input (x.new_zeros, .to(x.dtype)), and masks finite in half precision.",
        run=half_precision,
    ),
)
