"""From a plan to a model that is ready to run, on its device, with exactly the weights of its checkpoint."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import ExtraNotInstalled, PluginError, UsageError
from ferbench.pipeline.checkpoints import load_strictly, state_dict
from ferbench.pipeline.network import ready
from ferbench.pipeline.plugin_calls import at_fault, called
from ferbench.pipeline.plugin_model import PluginModel
from ferbench.plugin_manager.faults import shown
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch

    from ferbench.catalog import Registered
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.resolve import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model that is ready to run in plain float32, the device that it runs on, and what is known of its weights.

    `loaded_percent` is the part of its parameters' values that came from the checkpoint; None where the harness did not
    read the weights. `narrow_types` are the types of the checkpoint's tensors that have fewer bits than float32.
    """

    model: PluginModel
    device: torch.device
    weights_sha256: str
    loaded_percent: float | None = None
    narrow_types: tuple[str, ...] = ()


def load(plan: Plan) -> Loaded:
    """The model of a plan.

    Raises:
        WeightsMismatch: the checkpoint does not fit the network exactly.
        PluginError: the plugin's own code raised, or its entry offers no way to get the model.
        UsageError: the device is not there.
    """
    if plan.model.entry.open is not None:
        return open_model(plan)
    device = pick_device(plan.spec.device)
    module = build(plan.model, len(plan.classes), plan.spec.model_options, plan.spec.seed)
    random = plan.weights.name == RANDOM_WEIGHTS
    # Networks may bring their own ways of loading, listing and moving their parameters.
    with called(plan.model, f"The network of {plan.spec.model!r} was to be loaded."):
        tensors = load_checkpoint(plan, module)
        return Loaded(
            model=PluginModel(ready(module, device), plan.model, len(plan.classes), plan.preprocess),
            device=device,
            weights_sha256=plan.weights.sha256 or module_sha256(module),
            loaded_percent=loaded_percent(module, tensors) if plan.weights.checkpoint or random else None,
            narrow_types=narrow_types(tensors),
        )


def load_checkpoint(plan: Plan, module: torch.nn.Module) -> Mapping[str, torch.Tensor]:
    """Load the checkpoint of a plan strictly, and give what was loaded; where there is none, nothing is."""
    checkpoint = plan.weights.checkpoint
    if checkpoint is None:
        return {}
    tensors = state_dict(checkpoint, plan.model.entry.rules)
    load_strictly(module, tensors, str(checkpoint.path))
    return tensors


def loaded_percent(module: torch.nn.Module, tensors: Mapping[str, torch.Tensor]) -> float:
    """Percentage of the values of a network's parameters that the tensors give; buffers do not count."""
    sizes = {name: parameter.numel() for name, parameter in module.named_parameters()}
    given, whole = sum(size for name, size in sizes.items() if name in tensors), sum(sizes.values())
    return 100 * given / whole if whole else 100.0


def narrow_types(tensors: Mapping[str, torch.Tensor]) -> tuple[str, ...]:
    """Names of the floating types among tensors that have fewer bits than float32, such as `float16`."""
    types = {tensor.dtype for tensor in tensors.values() if tensor.is_floating_point()}
    return tuple(sorted(str(dtype).removeprefix("torch.") for dtype in types if dtype.itemsize < 4))


def open_model(plan: Plan) -> Loaded:
    """A model that reads its own file, on the CPU."""
    device = cpu_of(plan.model.entry, plan.spec.device)
    with called(plan.model, f"The model {plan.spec.model!r} was to be opened."):
        model = plan.model.entry.open(plan.weights.path, plan.classes, plan.preprocess, **plan.spec.model_options)  # type: ignore[misc]
    return Loaded(
        model=PluginModel(model, plan.model, len(plan.classes), plan.preprocess),
        device=device,
        weights_sha256=plan.weights.sha256,
    )


def cpu_of(entry: ModelEntry, device: str) -> torch.device:
    """The CPU, on which models run that are no torch networks.

    Raises:
        UsageError: another device is asked for.
    """
    if device in {"auto", "cpu"}:
        return pick_device("cpu")
    raise UsageError(
        f"The model {entry.card.name} was asked for on the device {device!r}.",
        "It is no torch network: its plugin runs it on the CPU.",
        "Pass --device cpu, or leave it out.",
    )


def load_untrained(model: Registered[ModelEntry], num_classes: int, options: Mapping[str, Any], device: str) -> Loaded:
    """A network as it is initialised, for what does not depend on the weights: its cost."""
    where = pick_device(device)
    module = build(model, num_classes, options, seed=0)
    with called(model, f"The network of {model.entry.card.name!r} was to be made ready."):
        network = ready(module, where)
    wrapped = PluginModel(network, model, num_classes, model.entry.card.preprocess)
    return Loaded(model=wrapped, device=where, weights_sha256="")


def build(model: Registered[ModelEntry], num_classes: int, options: Mapping[str, Any], seed: int) -> torch.nn.Module:
    """The network, freshly built; the seed fixes what its initialisation draws, and all global state is put back."""
    import torch

    entry = model.entry
    if entry.build is None:
        raise PluginError(
            f"The network of model {entry.card.name!r} (plugin {model.origin.plugin!r}) was to be built.",
            "Its entry has no `build`.",
            "Give ModelEntry(card, build=...) for a torch network; other models have no network to look at.",
        )
    asked = f"The model {entry.card.name!r} was to be built."
    with called(model, asked):
        torch.manual_seed(seed)
        module = entry.build(num_classes, **options)
    if isinstance(module, torch.nn.Module):
        return module
    raise at_fault(model, asked, f"gave {shown(module)}.", "build(num_classes, **options) gives a torch.nn.Module.")


def pick_device(name: str) -> torch.device:
    """The device of a name; `auto` is CUDA where there is one, else the CPU."""
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise unknown_device(name, str(error)) from error
    present = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if device.type not in present:
        raise unknown_device(name, f"ferbench does not measure on devices of the type {device.type}.")
    if (device.index or 0) >= present[device.type]:
        found = f"This machine, or this build of torch, has {present[device.type]} of the type {device.type}."
        raise ExtraNotInstalled(f"The device {name!r} was asked for.", found, "Pass --device cpu, or another index.")
    return device


def unknown_device(name: str, found: str) -> UsageError:
    """The refusal of a device that is none."""
    return UsageError(f"The device {name!r} was asked for.", found, "Pass auto, cpu, cuda, cuda:N or mps.")


def module_sha256(module: torch.nn.Module) -> str:
    """Hexadecimal SHA-256 over names, shapes and bytes of a network's state."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


@contextmanager
def plain_float32(threads: int | None) -> Iterator[None]:
    """Arithmetic as the numbers are compared: no TF32, deterministic convolutions, so many CPU threads."""
    import torch

    cudnn, before = torch.backends.cudnn, torch.get_num_threads()
    precision = torch.get_float32_matmul_precision()
    torch.set_num_threads(threads or before)
    torch.set_float32_matmul_precision("highest")
    try:
        with cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False):
            yield
    finally:
        torch.set_num_threads(before)
        torch.set_float32_matmul_precision(precision)
