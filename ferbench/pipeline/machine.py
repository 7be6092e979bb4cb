"""What the cost of a run would be measured on, found out without torch wherever that is possible: it loads slowly."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.environment import device_name
from ferbench.pipeline.load import pick_device
from ferbench.spec import CostIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.pipeline.resolve import Plan

#: What a driver of NVIDIA, of AMD, and Windows' window for Linux put there for programs that compute.
_ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
#: torch takes its number of threads from one of these.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
_TOPOLOGY = Path("/sys/devices/system/cpu")


def other_machine(plan: Plan, record: Mapping[str, Any]) -> list[str]:
    """In which respects the cost of a plan would be another one than that of a record; none where the cost keys agree.

    What the plan leaves to `auto` is taken as the record has it, and so is what became of an equal batch size.
    """
    spec, conduct, cost = plan.spec, plan.conduct, record["cost"]
    device = device_of(plan)
    here = {"device": device, "device_name": device_name(device), "threads": threads_of(plan, cost["threads"])}
    if spec.engine != "auto":
        here["engine"] = conduct.engine
    here["precision"] = conduct.precision
    if spec.batch_size not in {"auto", record["spec"].get("batch_size")}:
        here["batch_size"] = conduct.batch_size
    return [f"{name} {cost[name]}, here {value}" for name, value in here.items() if cost[name] != value]


def likely_cost_key(plan: Plan) -> str:
    """The cost key of a plan, as far as it can be known without torch."""
    device = device_of(plan)
    conduct = plan.conduct
    return CostIdentity(
        device=device,
        device_name=device_name(device),
        threads=plan.spec.threads or torch_threads() or 0,
        batch_size=conduct.batch_size,
        engine=conduct.engine,
        precision=conduct.precision,
    ).cost_key()


def device_of(plan: Plan) -> str:
    """The device of a plan; torch is asked where there may be an accelerator."""
    name = plan.spec.device
    if plan.model.entry.open is not None or name == "cpu" or (name == "auto" and no_accelerator()):
        return "cpu"
    return str(pick_device(name))


def no_accelerator() -> bool:
    """Whether there is surely none that torch calls CUDA; False where nobody can say without torch."""
    return sys.platform == "darwin" or (
        sys.platform == "linux" and not any(Path(path).exists() for path in _ACCELERATORS)
    )


def threads_of(plan: Plan, recorded: int) -> int:
    """The CPU threads of a plan; torch is asked where its own choice is not surely the recorded one."""
    if plan.spec.threads:
        return plan.spec.threads
    if torch_threads() == recorded:
        return recorded
    import torch

    return torch.get_num_threads()


def torch_threads() -> int | None:
    """The threads that torch takes for itself on Linux: one a core that it may use, or fewer where a variable says so.

    None where only torch itself can say.
    """
    named = [os.environ[name] for name in _THREAD_VARIABLES if name in os.environ]
    if len(named) > 1 or not hasattr(os, "sched_getaffinity"):
        return None
    try:
        cores = len({core_of(cpu) for cpu in os.sched_getaffinity(0)})
        return min([cores, *map(int, named)])
    except (OSError, ValueError):
        return None


def core_of(cpu: int) -> str:
    """The processors that share a core with one of them, as the system writes them."""
    return (_TOPOLOGY / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text(encoding="ascii")
