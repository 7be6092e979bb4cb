"""A torch network as a Model: in eval mode, on its device, its outputs by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import torch
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TorchModel:
    """A torch network in eval mode on its device, as a Model."""

    module: torch.nn.Module
    device: torch.device

    def predict(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """(B, 3, H, W) float32 -> arrays by output name, float32; copied to the CPU, so the device is done."""
        import torch

        with torch.inference_mode():
            outputs = named_outputs(self.module(torch.from_numpy(batch).to(self.device)))
            return {name: as_array(tensor) for name, tensor in outputs.items()}


def as_array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """An output on the CPU; half precision becomes float32, and what is no real number stays what it is."""
    array: NDArray[np.float32] = (tensor if tensor.is_complex() else tensor.float()).cpu().numpy()
    return array


def named_outputs(output: Any) -> Mapping[str, torch.Tensor]:
    """The outputs of a network by name: a tensor, or the first of a tuple, is `emotion`."""
    if isinstance(output, dict):
        return output
    return {"emotion": output[0] if isinstance(output, tuple | list) else output}


def ready(module: torch.nn.Module, device: torch.device) -> TorchModel:
    """The network in eval mode on its device.

    Raises:
        TypeError: it stays in training mode, where its answers would depend on the other images of a batch.
    """
    module.eval()
    training = [name or type(module).__name__ for name, part in module.named_modules() if part.training]
    if training:
        raise TypeError(f"eval() leaves {training[0]} in training mode")
    return TorchModel(module.to(device), device)
