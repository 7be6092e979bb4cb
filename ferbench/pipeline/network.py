"""A torch network as a Model: in eval mode, on its device, its outputs by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.transfers import sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess


@dataclass(frozen=True, slots=True)
class TorchModel:
    """A torch network in eval mode on its device, as a Model.

    `forward` computes what the network computes, by another engine; it takes float32 on the device, too.
    """

    module: torch.nn.Module
    device: torch.device
    forward: Callable[[torch.Tensor], Any] | None = None

    def predict(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """(B, channels, H, W) float32 -> arrays by output name, float32; copied to the CPU, so the device is done."""
        import torch

        with torch.inference_mode():
            return self._said(torch.from_numpy(batch).to(self.device))

    def question(
        self, pixels: NDArray[np.uint8], preprocess: Preprocess
    ) -> Callable[[], dict[str, NDArray[np.float32]]]:
        """Send (B, channels, H, W) uint8 to the device; what comes back answers as `predict`, normalised there."""
        there = sent(pixels, self.device)
        return lambda: self._answer(there, preprocess)

    def _answer(self, there: Callable[[], torch.Tensor], preprocess: Preprocess) -> dict[str, NDArray[np.float32]]:
        import torch

        with torch.inference_mode():
            return self._said(normalised_on(preprocess, there()))

    def _said(self, images: torch.Tensor) -> dict[str, NDArray[np.float32]]:
        outputs = named_outputs((self.forward or self.module)(images))
        return {name: as_array(tensor) for name, tensor in outputs.items()}


def normalised_on(preprocess: Preprocess, pixels: torch.Tensor) -> torch.Tensor:
    """(B, channels, H, W) uint8 -> float32 on the same device, to the last bit as `preprocess.normalised`."""
    import torch

    full, mean, std = constants(preprocess, pixels.device)
    values = pixels.to(torch.float32, memory_format=torch.contiguous_format)
    if preprocess.pixel_max == 1:
        values.div_(full)
    return values.sub_(mean).div_(std)


@lru_cache(maxsize=8)
def constants(preprocess: Preprocess, device: torch.device) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """255 as (1, 1, 1), (channels, 1, 1) mean and standard deviation on a device, float32.

    A tensor each: CUDA would multiply by the rounded reciprocal of a number.
    """
    import torch

    full, mean, std = (
        torch.tensor(values, dtype=torch.float32, device=device)[:, None, None]
        for values in ((255,), preprocess.mean, preprocess.std)
    )
    return full, mean, std


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
