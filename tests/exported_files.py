"""Small exported networks: mean colour, then a linear layer, as ONNX graphs and TorchScript programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

    from onnx import GraphProto

#: What a card for pictures of 8 x 8 pixels states, as options.
OPTIONS = {"size": 8, "mean": 0, "std": 1, "output": "logits"}
CLASSES = 8


def weights(channels: int = 3) -> np.ndarray:
    """(channels, K) float32 whose answers are not all the same."""
    return np.random.default_rng(0).normal(size=(channels, CLASSES)).astype(np.float32) * 4


def logits(images: np.ndarray) -> np.ndarray:
    """What all these networks say about (B, C, H, W), computed once more."""
    return images.mean(axis=(2, 3)) @ weights(images.shape[1])


def onnx_file(
    path: Path,
    shape: tuple[Any, ...] = ("batch", 3, 8, 8),
    last: str = "",
    kind: int = TensorProto.FLOAT,
    **linear: Any,
) -> Path:
    """An ONNX file for inputs of this shape and kind; `last` is an operator after the linear layer."""
    steps = [
        helper.make_node("GlobalAveragePool", ["images"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["means"]),
        helper.make_node("MatMul", ["means", "weights"], ["emotion" if not last else "logits"]),
        *([helper.make_node(last, ["logits"], ["emotion"])] if last else []),
    ]
    graph = helper.make_graph(
        steps,
        "means",
        [helper.make_tensor_value_info("images", kind, shape)],
        [
            helper.make_tensor_value_info("emotion", kind, (shape[0], CLASSES)),
            helper.make_tensor_value_info("means", kind, (shape[0], shape[1] if len(shape) > 1 else 3)),
        ],
        [linear.get("tensor") or numpy_helper.from_array(weights(), "weights")],
    )
    return save(graph, path)


def save(graph: GraphProto, path: Path) -> Path:
    """A graph as a file, whatever is in it."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


class Means(torch.nn.Module):
    """The same network in torch; `last` is a function after the linear layer."""

    def __init__(self, last: Any = None, channels: int = 3) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(channels, CLASSES, bias=False)
        self.linear.weight.data = torch.from_numpy(weights(channels)).T.contiguous()
        self.last = last

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(B, C, H, W) -> (B, K)"""
        scores = self.linear(images.mean((2, 3)))
        return scores if self.last is None else self.last(scores)


def torchscript_file(path: Path, network: torch.nn.Module | None = None) -> Path:
    """A TorchScript file of a network."""
    torch.jit.trace((network or Means()).eval(), torch.rand(2, 3, 8, 8)).save(str(path))
    return path
