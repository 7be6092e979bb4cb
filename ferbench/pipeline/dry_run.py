"""How to run a network for the sake of counting, and to leave it as it was."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn


def twin(module: nn.Module) -> nn.Module:
    """A copy in evaluation mode that shares parameters: hooks, mode and buffers of the original stay as they were."""
    return copy.deepcopy(module, {id(parameter): parameter for parameter in module.parameters()}).eval()


def example_image(module: nn.Module, shape: tuple[int, int, int]) -> Tensor:
    """(1, *shape) uniform in [0, 1), always the same one, on the device and in the floating type of the network."""
    import torch

    # Not zeros: a network that normalises its input would divide by zero.
    image = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0), device="cpu")
    tensors = chain(module.parameters(), module.buffers())
    like = next((tensor for tensor in tensors if tensor.is_floating_point()), image)
    return image.to(like.device, like.dtype)


def tensors_in(value: object) -> Iterator[Tensor]:
    """The tensors of nested tuples, lists, mappings and dataclasses, in order."""
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    else:
        for part in _parts(value):
            yield from tensors_in(part)


def _parts(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, (list, tuple)):
        return list(value)
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return []
