"""What a model costs: parameters and multiply-accumulates of the network, latency and memory on this device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.pipeline.answering import answers_to
from ferbench.pipeline.counting import count
from ferbench.pipeline.environment import device_name
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.timing import latency_ms, peak_memory_mib
from ferbench.results import Cost
from ferbench.spec import CostIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    import torch

    from ferbench.cards import Preprocess
    from ferbench.catalog import Registered
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan

#: Latency is measured over at most so many single images, within so many seconds.
LATENCY_REPEATS = 50
LATENCY_WARM_UP = 3
LATENCY_BUDGET_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Latencies in milliseconds; None is "not measured"."""

    latency_model_ms_p50: float | None = None
    latency_model_ms_p95: float | None = None
    latency_e2e_ms_p50: float | None = None
    latency_e2e_ms_p95: float | None = None


def cost_identity(loaded: Loaded, batch_size: int) -> CostIdentity:
    """What the cost of a loaded model depends on."""
    import torch

    device = str(loaded.device)
    return CostIdentity(
        device=device, device_name=device_name(device), threads=torch.get_num_threads(), batch_size=batch_size
    )


def cost_of(
    loaded: Loaded,
    size: tuple[int, int],
    batch_size: int,
    timings: Timings,
    images_per_s: float | None,
    channels: int = 3,
) -> Cost:
    """The cost of a loaded model: what is counted of its network, and what was timed."""
    identity = cost_identity(loaded, batch_size)
    cost = Cost(
        cost_key=identity.cost_key(),
        **{name: getattr(identity, name) for name in identity.__dataclass_fields__},
        **{name: getattr(timings, name) for name in timings.__dataclass_fields__},
        images_per_s=images_per_s,
        peak_mem_mib=peak_memory_mib(loaded.device),
    )
    network = countable(loaded.model.module)
    if network is None:
        return cost
    counts = count(network, (channels, *size))
    counted = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
    return replace(cost, **counted, flops=None if counts.macs is None else 2 * counts.macs)


def countable(network: torch.nn.Module | None) -> torch.nn.Module | None:
    """The network, unless it is a frozen TorchScript: its weights are constants of a program, and would count as 0."""
    import torch

    if network is None or next(network.parameters(), None) is not None:
        return network
    return None if any(isinstance(part, torch.jit.ScriptModule) for part in network.modules()) else network


def time_model(loaded: Loaded, preprocess: Preprocess) -> Timings:
    """Latency from tensor to outputs on the CPU side, batch 1."""
    tensor = np.zeros((1, preprocess.channels, *preprocess.size), np.float32)
    p50, p95 = timed(lambda: loaded.model.predict(tensor))
    return Timings(latency_model_ms_p50=p50, latency_model_ms_p95=p95)


def time_end_to_end(plan: Plan, loaded: Loaded, failed: Container[str]) -> Timings:
    """Latency of one forward pass, and from the stored picture to the answer, all its views included.

    Both are of single images; only those with an answer are taken.
    """
    rows = cycle(row for row in plan.rows if row.id not in failed)

    def one_image() -> None:
        batch = read_batch(plan.opened, [next(rows)], plan.reading, 0)
        answers_to(loaded.model, batch.views, plan.conduct.batch_size)

    p50, p95 = timed(one_image)
    return replace(time_model(loaded, plan.preprocess), latency_e2e_ms_p50=p50, latency_e2e_ms_p95=p95)


def timed(step: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile of a step in milliseconds. Its outputs end on the CPU, so a device has finished."""
    return latency_ms(step, LATENCY_WARM_UP, LATENCY_REPEATS, LATENCY_BUDGET_S)


def profile(
    model: Registered[ModelEntry], num_classes: int, options: Mapping[str, Any], device: str, *, timing: bool
) -> Cost:
    """The cost of a network without weights or data: what `ferbench profile` shows."""
    loaded = load_alone(model, num_classes, options, device)
    preprocess = model.entry.card.preprocess
    timings = time_model(loaded, preprocess) if timing else Timings()
    return cost_of(loaded, preprocess.size, 1, timings, images_per_s=None, channels=preprocess.channels)


def classes_of_file(entry: ModelEntry) -> int:
    """How many outputs a model has that is a file, as far as its card says; 0 for all others."""
    return len(entry.card.classes or ()) if entry.file else 0
