"""What a model costs: parameters and multiply-accumulates of the network, time and memory on this device."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.execution import Conduct
from ferbench.pipeline.counting import count
from ferbench.pipeline.environment import device_name
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.memory import peak_memory
from ferbench.pipeline.throughput import best_of, trials
from ferbench.pipeline.timing import latency, stopwatch_of
from ferbench.results import Cost
from ferbench.spec import CostIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    import torch

    from ferbench.cards import Preprocess
    from ferbench.catalog import Registered
    from ferbench.interfaces import Model, ModelEntry
    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.timing import Latency

#: Latency is measured over at most so many single images, within so many seconds, after at most so many to warm up.
LATENCY_REPEATS = 50
LATENCY_WARM_UP = 30
LATENCY_BUDGET_S = 5.0
#: The search for the fastest batch size ends after about so many seconds.
THROUGHPUT_BUDGET_S = 10.0


def cost_of_run(
    running: Running, failed: Container[str], images_per_s: float | None, peak_mem_mib: float | None
) -> Cost:
    """The cost of a run: what is counted, of the network in plain float32; what is timed, of the model as it ran.

    Args:
        running: What ran.
        failed: Ids of the images without an answer, which are not timed.
        images_per_s: Throughput of the pass over the images; None where all answers were there before.
        peak_mem_mib: Peak memory of that pass; it tells nothing of the model where no image was asked about.
    """
    plan, loaded = running.plan, running.loaded
    cost = counted(loaded, plan.conduct, plan.preprocess)
    if images_per_s is not None:
        cost = replace(cost, images_per_s=images_per_s, peak_mem_mib=peak_mem_mib)
    if not plan.spec.timing:
        return cost
    model = model_latency(running.model, loaded.device, plan.preprocess)
    return replace(cost, **fields_of("model", model), **fields_of("e2e", end_to_end_latency(running, failed)))


def profile(
    model: Registered[ModelEntry], num_classes: int, options: Mapping[str, Any], device: str, *, timing: bool
) -> Cost:
    """The cost of a network without weights or data, given one image at a time: what `ferbench profile` shows."""
    loaded = load_alone(model, num_classes, options, device)
    preprocess = model.entry.card.preprocess
    timed = timings_of(loaded, preprocess) if timing else {}
    return replace(counted(loaded, Conduct(batch_size=1), preprocess), **timed)


def timings_of(loaded: Loaded, preprocess: Preprocess) -> dict[str, Any]:
    """Latency and peak memory of a single image, then the fastest batch size, as fields of a Cost."""
    with peak_memory(loaded.device) as peak:
        single = model_latency(loaded.model, loaded.device, preprocess)
    best = best_of(trials(lambda size: step_of(loaded.model, preprocess, size), loaded.device, THROUGHPUT_BUDGET_S))
    fastest = {"images_per_s_best": best.images_per_s, "batch_size_best": best.batch_size} if best else {}
    return {**fields_of("model", single), "peak_mem_mib": peak.mib, **fastest}


def counted(loaded: Loaded, conduct: Conduct, preprocess: Preprocess) -> Cost:
    """The cost of a model that is run so, as far as it is counted and not timed."""
    identity = cost_identity(loaded.device, conduct)
    known = {name: getattr(identity, name) for name in identity.__dataclass_fields__}
    cost = Cost(cost_key=identity.cost_key(), **known)
    network = countable(loaded.model.module)
    if network is None:
        return cost
    counts = count(network, (preprocess.channels, *preprocess.size))
    found = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
    return replace(cost, **found, flops=None if counts.macs is None else 2 * counts.macs)


def cost_identity(device: torch.device, conduct: Conduct) -> CostIdentity:
    """What the cost of a model depends on that is run so on a device, with the threads that torch has now."""
    import torch

    return CostIdentity(
        device=str(device),
        device_name=device_name(str(device)),
        threads=torch.get_num_threads(),
        batch_size=conduct.batch_size,
        engine=conduct.engine,
        precision=conduct.precision,
    )


def countable(network: torch.nn.Module | None) -> torch.nn.Module | None:
    """The network, unless it is a frozen TorchScript: its weights are constants of a program, and would count as 0."""
    import torch

    if network is None or next(network.parameters(), None) is not None:
        return network
    return None if any(isinstance(part, torch.jit.ScriptModule) for part in network.modules()) else network


def model_latency(model: Model, device: torch.device, preprocess: Preprocess) -> Latency:
    """Latency from a tensor in memory to outputs on the CPU side, batch 1."""
    step = step_of(model, preprocess, batch_size=1)
    return latency(step, LATENCY_WARM_UP, LATENCY_REPEATS, LATENCY_BUDGET_S, stopwatch_of(device))


def step_of(model: Model, preprocess: Preprocess, batch_size: int) -> Callable[[], object]:
    """One batch through a model. Its outputs end on the CPU, so a device has finished."""
    batch = np.zeros((batch_size, preprocess.channels, *preprocess.size), np.float32)
    return lambda: model.predict(batch)


def end_to_end_latency(running: Running, failed: Container[str]) -> Latency:
    """Latency from one stored picture to its answer, all its views included, by the wall clock.

    Single pictures are taken in turn, so that its noise is also that of pictures that differ; those without an answer
    are left out.
    """
    plan = running.plan
    rows = cycle(row for row in plan.rows if row.id not in failed)

    def one_image() -> None:
        batch = read_batch(plan.opened, [next(rows)], plan.reading, 0)
        # A picture that went away since it was answered ends no run.
        if batch.answered:
            running.answering(batch.views)

    return latency(one_image, LATENCY_WARM_UP, LATENCY_REPEATS, LATENCY_BUDGET_S)


def fields_of(what: str, found: Latency) -> dict[str, Any]:
    """A latency as the fields of a Cost that begin with `latency_` and what it is of."""
    return {
        f"latency_{what}_ms_p50": found.p50,
        f"latency_{what}_ms_p95": found.p95,
        f"latency_{what}_ms_noise_percent": found.noise_percent,
        f"latency_{what}_repeats": found.repeats,
    }


def classes_of_file(entry: ModelEntry) -> int:
    """How many outputs a model has that is a file, as far as its card says; 0 for all others."""
    return len(entry.card.classes or ()) if entry.file else 0
