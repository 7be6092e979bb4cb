"""Batch normalisations folded into the convolutions before them: one scale and one shift less to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.rewriting.tensors import arguments, held, hold

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule, Node


def fold_batch_norms(module: GraphModule) -> None:
    """Fold every normalisation by stored statistics whose convolution nothing else reads, in float64."""
    import torch

    for norm in module.graph.find_nodes(op="call_function", target=torch.ops.aten.batch_norm.default):
        convolution = norm.args[0]
        if convolution.target == torch.ops.aten.conv2d.default and len(convolution.users) == 1:
            _fold(module, convolution, norm)


def _fold(module: GraphModule, convolution: Node, norm: Node) -> None:
    own, normal = arguments(convolution), arguments(norm)
    weight, mean, variance = (
        held(module, node) for node in (own["weight"], normal["running_mean"], normal["running_var"])
    )
    if weight is None or mean is None or variance is None or normal["training"]:
        return
    gain, shift, bias = (held(module, node) for node in (normal["weight"], normal["bias"], own["bias"]))
    scale = _or(gain, 1) / (variance.double() + normal["eps"]).sqrt()
    folded = (weight.double() * scale.view(-1, 1, 1, 1)).to(weight.dtype)
    moved = ((_or(bias, 0) - mean.double()) * scale + _or(shift, 0)).to(weight.dtype)
    own |= {"weight": hold(module, folded, convolution), "bias": hold(module, moved, convolution)}
    convolution.args, convolution.kwargs = tuple(own.values()), {}
    norm.replace_all_uses_with(convolution)
    module.graph.erase_node(norm)


def _or(tensor: torch.Tensor | None, number: int) -> torch.Tensor | int:
    """The tensor in float64, or the number that stands for none."""
    return number if tensor is None else tensor.double()
