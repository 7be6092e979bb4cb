"""All of it, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.rewriting.batch_norms import fold_batch_norms
from ferbench.pipeline.engine.rewriting.packed_kernels import can_pack, pack_kernels

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule


def rewrite(module: GraphModule, device: torch.device, dtype: torch.dtype) -> None:
    """Let a graph of inference compute the same by fewer and faster operators of a device.

    `dtype` is that of convolutions and linear layers; one of fewer bits than float32 needs autocast around the graph.
    """
    import torch

    with torch.no_grad():
        fold_batch_norms(module)
        if can_pack(device, dtype):
            pack_kernels(module, dtype)
    # `view` asks for the layout in memory that was there when the graph was captured; `reshape` takes any.
    for node in module.graph.find_nodes(op="call_function", target=torch.ops.aten.view.default):
        node.target = torch.ops.aten.reshape.default
    module.graph.eliminate_dead_code()
    module.recompile()
