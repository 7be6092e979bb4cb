"""What every parity test does: run a network with the recipe's weights, and look at it where the golden file did."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest
import torch
import torch.nn.functional as F

from tests.golden.recipe import fill_state_dict, make_images, normalise, normalise_mmcv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch import Tensor, nn

Network = TypeVar("Network", bound="nn.Module")
Summary = dict[str, Any]


@cache
def golden(name: str) -> Any:
    """What the official network gave."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())


def golden_input() -> Tensor:
    """(4, 3, 224, 224) float32"""
    return torch.from_numpy(normalise(make_images(224)))


def golden_input_112() -> Tensor:
    """(4, 3, 112, 112) float32: what APViT reads"""
    return torch.from_numpy(normalise_mmcv(make_images(112)))


def filled(network: Network) -> Network:
    """The network itself, with the weights of the recipe, for inference."""
    fill_state_dict(network.state_dict())
    return network.eval()


def inventory(network: nn.Module) -> list[list[Any]]:
    """Name, shape, dtype, kind and `requires_grad` of every tensor of the state dict, in order."""
    parameters = dict(network.named_parameters())
    return [
        [name, list(tensor.shape), str(tensor.dtype).removeprefix("torch.")]
        + (["parameter", parameters[name].requires_grad] if name in parameters else ["buffer", None])
        for name, tensor in network.state_dict().items()
    ]


def parameter_counts(network: nn.Module) -> dict[str, Any]:
    """Values of all parameters and of the trainable ones, together and by top-level module."""
    total: Counter[str] = Counter()
    trainable: Counter[str] = Counter()
    for name, parameter in network.named_parameters():
        top = name.partition(".")[0]
        total[top] += parameter.numel()
        trainable[top] += parameter.numel() * parameter.requires_grad
    return {
        "params_total": total.total(),
        "params_trainable": trainable.total(),
        "params_by_top_module": {top: {"total": total[top], "trainable": trainable[top]} for top in total},
    }


class Tap(NamedTuple):
    """Where a recorded value is found here: `take` picks it from the inputs and the output of a module."""

    module: str
    take: Callable[[tuple[Any, ...], Any], Tensor]


def first_input(inputs: tuple[Any, ...], _output: Any) -> Tensor:
    """What a module was given, as the value of a tap."""
    value: Tensor = inputs[0]
    return value


def own_tap(point: str) -> Tap:
    """The tap of a point that is named for its module; `module[1]` is the second part of a tuple, if there is one."""
    module, _, index = point.removesuffix("]").partition("[")
    return Tap(module, lambda _inputs, output: output[int(index)] if isinstance(output, tuple) else output)


def summary(value: Tensor) -> Summary:
    """The figures that a golden file keeps of a tensor."""
    flat = value.double().flatten()
    return {
        "shape": list(value.shape),
        "mean": flat.mean().item(),
        "std": flat.std(correction=0).item(),
        "abs_max": flat.abs().max().item(),
        "first8": flat[:8].tolist(),
        "last8": flat[-8:].tolist(),
    }


def about(expected: Summary, tolerance: float) -> Summary:
    """A summary that equals every other whose figures differ by no more than the tolerance."""
    return {
        key: value if key == "shape" else pytest.approx(value, rel=0, abs=tolerance) for key, value in expected.items()
    }


class Run(NamedTuple):
    """One forward pass."""

    logits: Tensor
    seen: dict[str, Summary]


def run(
    network: nn.Module,
    precision: str,
    points: Iterable[str],
    taps: Mapping[str, Tap],
    image: Tensor | None = None,
) -> Run:
    """Logits and summaries by point, for `golden_input()` unless told; the network is left in this precision."""
    dtype = getattr(torch, precision)
    image = golden_input() if image is None else image
    seen: dict[str, Summary] = {}
    hooks = [_watch(network, point, taps.get(point, own_tap(point)), seen) for point in points]
    with torch.inference_mode():
        logits = network.to(dtype)(image.to(dtype))
    for hook in hooks:
        hook.remove()
    return Run(logits, seen)


def _watch(network: nn.Module, point: str, tap: Tap, seen: dict[str, Summary]) -> Any:
    return network.get_submodule(tap.module).register_forward_hook(
        lambda _module, inputs, output: seen.update({point: summary(tap.take(inputs, output))})
    )


class Backward(NamedTuple):
    """One backward pass of four images with labels 0 to 3, in evaluation mode."""

    loss: float
    gradients: dict[str, Tensor | None]  # of the trainable parameters


def backward(network: nn.Module, image: Tensor | None = None) -> Backward:
    """Cross-entropy and its gradients, for `golden_input()` unless told; the network keeps none of them."""
    network = deepcopy(network)
    loss = F.cross_entropy(network(golden_input() if image is None else image), torch.arange(4))
    torch.autograd.backward(loss)
    return Backward(loss.item(), {name: item.grad for name, item in network.named_parameters() if item.requires_grad})


def gradient_figures(result: Backward) -> dict[str, Any]:
    """What a golden file keeps of a backward pass."""
    norm = torch.nn.utils.get_total_norm([item for item in result.gradients.values() if item is not None])
    return {
        "cross_entropy_labels_0123_eval": result.loss,
        "eval_grad_global_norm": norm.item(),
        "trainable_but_unused_parameters": [name for name, item in result.gradients.items() if item is None],
    }


def official_gradients(official: Any) -> dict[str, Any]:
    """The figures of the official backward pass, with room for the noise of float32."""
    return {
        "cross_entropy_labels_0123_eval": pytest.approx(official["cross_entropy_labels_0123_eval"], rel=0, abs=1e-5),
        "eval_grad_global_norm": pytest.approx(official["eval_grad_global_norm"], rel=1e-4),
        "trainable_but_unused_parameters": official["trainable_but_unused_parameters"],
    }


def called(network: nn.Module, names: Iterable[str]) -> list[str]:
    """Those of the named modules in which a forward pass calls something."""
    network = deepcopy(network)
    seen: list[str] = []
    for name in names:
        for module in network.get_submodule(name).modules():
            module.register_forward_hook(lambda *_, name=name: seen.append(name))
    with torch.inference_mode():
        network(golden_input()[:1])
    return seen
