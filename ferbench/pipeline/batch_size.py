"""--batch-size auto: a batch that fits into memory and is fast, found by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.throughput import trials

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from ferbench.execution import BatchTrial
    from ferbench.pipeline.plugin_model import PluginModel

#: Sizes are tried for so long, one after the other, up to this one: pictures are read ahead in batches, too.
BUDGET_S = 10.0
LARGEST = 256
#: The smallest size within this part of the best is taken: less memory, and more often the same one next time.
NEAR_BEST = 0.05


def fitting_batch_size(
    model: PluginModel, size: tuple[int, int, int], n_images: int, device: torch.device
) -> tuple[int, tuple[BatchTrial, ...]]:
    """The batch size for black pictures of `size` (channels, height, width), and the powers of two that were tried.

    None is larger than the run. Where memory is short for a single picture it is 1.

    Raises:
        PluginError: the model's code raised something else.
    """

    def step_of(batch_size: int) -> Callable[[], object]:
        pixels = np.zeros((batch_size, *size), np.uint8)
        return lambda: model.answer(pixels)

    asked = f"The batch size of the model {model.registered.entry.card.name!r} was to be found."
    with one_pass(model.registered, asked):
        done = tuple(trials(step_of, device, BUDGET_S, min(LARGEST, n_images)))
    return chosen(done), done


def chosen(done: tuple[BatchTrial, ...]) -> int:
    """The smallest batch size that is nearly as fast as the fastest."""
    speeds = {trial.batch_size: trial.images_per_s for trial in done if trial.images_per_s is not None}
    enough = (1 - NEAR_BEST) * max(speeds.values(), default=0.0)
    return min((batch_size for batch_size, speed in speeds.items() if speed >= enough), default=1)
