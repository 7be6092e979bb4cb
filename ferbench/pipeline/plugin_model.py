"""A model as the pipeline asks it: bytes in, checked arrays out, and a plugin to name where it fails."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.pipeline.network import TorchModel
from ferbench.pipeline.plugin_calls import at_fault, blamed
from ferbench.pipeline.preprocess import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess
    from ferbench.catalog import Registered
    from ferbench.interfaces import Model, ModelEntry


@dataclass(frozen=True, slots=True)
class PluginModel:
    """A model of a plugin: its answers are arrays of one row an image, `emotion` with one column a class.

    `preprocess` says how bytes become the numbers that it expects.
    """

    model: Model
    registered: Registered[ModelEntry]
    num_classes: int
    preprocess: Preprocess

    @property
    def module(self) -> torch.nn.Module | None:
        """The network, for models that are torch networks."""
        return getattr(self.model, "module", None)

    def answer(self, pixels: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        """(B, channels, H, W) uint8 as a Reading gives them -> as `predict`; normalised where the model computes.

        Raises:
            PluginError: as `predict`.
        """
        return self.question(pixels)()

    def question(self, pixels: NDArray[np.uint8]) -> Callable[[], Mapping[str, NDArray[np.float32]]]:
        """What `answer` says, when it is asked for; the bytes travel to the model's device from now on."""
        model = self.model
        if isinstance(model, TorchModel):
            ask: Callable[[], Mapping[str, Any]] = model.question(pixels, self.preprocess)
        else:
            ask = lambda: model.predict(normalised(self.preprocess, pixels))  # noqa: E731
        return lambda: self._said(ask, len(pixels))

    def predict(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(B, channels, H, W) float32 -> (B, ...) float32 by output name.

        Raises:
            PluginError: the plugin's code raised, or an output has another shape.
        """
        return self._said(lambda: self.model.predict(batch), len(batch))

    def _said(self, ask: Callable[[], Mapping[str, Any]], n: int) -> Mapping[str, NDArray[np.float32]]:
        asked = f"The model {self.registered.entry.card.name!r} was given {n} images."
        folder = os.getcwd()  # noqa: PTH109 - half a microsecond, once a batch
        with blamed(self.registered, asked):
            outputs = {str(output): as_float32(values) for output, values in ask().items()}
        if os.getcwd() != folder:  # noqa: PTH109 - as above
            # Pictures are read by relative paths meanwhile.
            os.chdir(folder)
            todo = "Leave the working directory alone: pictures are read while the model computes."
            raise at_fault(self.registered, asked, "changed the working directory.", todo)
        self._check(outputs, n)
        return outputs

    def _check(self, outputs: Mapping[str, NDArray[np.float32]], n: int) -> None:
        expected = (n, self.num_classes)
        shapes = {name: values.shape for name, values in outputs.items()}
        if shapes.get("emotion") == expected and all(shape[:1] == (n,) for shape in shapes.values()):
            return
        raise at_fault(
            self.registered,
            f"The model {self.registered.entry.card.name!r} was given {n} images and {self.num_classes} classes.",
            f"gave outputs of the shapes {shapes} where 'emotion' of {expected} was expected, and a row an image.",
            "Check the number of classes of the weights, --class-order, and what the network's forward returns.",
        )


def as_float32(values: Any) -> NDArray[np.float32]:
    """Real numbers as float32; complex ones would lose half of what they say."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"an output holds {array.dtype} where real numbers were expected")
    return array.astype(np.float32, copy=False)
