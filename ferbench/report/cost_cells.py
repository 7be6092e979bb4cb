"""Times, throughput and memory as cells of tables: with units and noise, and a remark where that is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.report.formatting import unit, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: A noise of more than this many percent hides what one usually looks for.
NOISY_PERCENT = 5.0


def latency(cost: Mapping[str, Any], what: str) -> str:
    """The median latency of `model` or `e2e`, `12.30 ms ± 1.2 %`; costs of earlier versions have no noise."""
    noise = cost.get(f"latency_{what}_ms_noise_percent")
    median = unit(cost.get(f"latency_{what}_ms_p50"), "ms")
    return median if noise is None else f"{median} ± {noise:.1f} %"


def repeats(cost: Mapping[str, Any], what: str) -> str:
    """How many repeats a latency stands on."""
    return whole(cost.get(f"latency_{what}_repeats"))


def percentile(cost: Mapping[str, Any], what: str) -> str:
    """The 95th percentile of a latency."""
    return unit(cost.get(f"latency_{what}_ms_p95"), "ms")


def pass_throughput(cost: Mapping[str, Any]) -> str:
    """Images a second of the pass over the images, at the batch size of the run."""
    return unit(cost.get("images_per_s"), "images/s")


def peak_memory(cost: Mapping[str, Any]) -> str:
    """The peak of memory: of tensors on CUDA, of the whole process on a CPU."""
    return unit(cost.get("peak_mem_mib"), "MiB")


def noise_remarks(cost: Mapping[str, Any]) -> Iterator[str]:
    """What to think of a latency that is not sure."""
    noise, count = cost.get("latency_model_ms_noise_percent"), cost.get("latency_model_repeats")
    if noise is not None and noise > NOISY_PERCENT:
        yield (
            f"the latency is only sure to ± {noise:.0f} % over {count} repeats: the machine was busy, or its clock "
            "changed; measure again while nothing else runs, with a number of threads that are free"
        )
