"""Which parameters a network holds, and which of them a forward pass reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.pipeline.dry_run import tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn


def number_of_values(parameters: Iterable[Tensor]) -> int:
    """Values in all of these tensors together."""
    return sum(parameter.numel() for parameter in parameters)


def distinct_parameters(module: nn.Module) -> list[nn.Parameter]:
    """All parameters, each once: tied ones may be one object under two names, or two objects on the same memory."""
    places = {(_storage(each), each.storage_offset(), each.numel()): each for each in module.parameters()}
    return list(places.values())


def parameters_read(module: nn.Module, image: Tensor) -> list[nn.Parameter]:
    """The distinct parameters whose memory an operator of one forward pass reads, in the mode that `module` is in.

    Making a view is no reading; computing a result that is then thrown away is. A parameter counts as a whole, even
    when only a slice of it is read. What leaves torch (NumPy) is not seen.
    """
    storages = _storages_read(module, image)
    return [parameter for parameter in distinct_parameters(module) if _storage(parameter) in storages]


def _storages_read(module: nn.Module, image: Tensor) -> set[int]:
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    storages: set[int] = set()

    class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            # Else torch imports its compiler, a second or more, to tell it that there is nothing to compile here.
            return False

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if not func.is_view:
                storages.update(_storage(tensor) for tensor in tensors_in((args, kwargs)))
            return func(*args, **(kwargs or {}))

    with torch.no_grad(), Recorder():  # type: ignore[no-untyped-call]
        module(image)
    return storages


def _storage(tensor: Tensor) -> int:
    # data_ptr() would do, were it not 0 for everything on the meta device.
    address: int = tensor.untyped_storage()._cdata  # noqa: SLF001
    return address
