"""Convolutions and linear layers by oneDNN, their weights laid out once as its kernels want them.

In float32 torch gives linear layers to MKL, which is far from what processors of AMD can do, and lays the weights of
convolutions out anew at every call. The operators are those that torch's own compiler inserts; they have no public
names, and where they are missing the network keeps its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.pipeline.engine.rewriting.tensors import arguments, held, hold

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule, Node

_OPERATORS = (
    *("_reorder_convolution_weight", "_convolution_pointwise"),
    *("_reorder_linear_weight", "_linear_pointwise"),
)
#: What a convolution is told beside its tensors, in the order of the operators.
_PLACE = ("padding", "stride", "dilation", "groups")
#: Nothing else is computed in the same step.
_ALONE: tuple[str, list[object], str] = ("none", [], "")


def can_pack(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether this torch has the operators for this processor and type."""
    import torch

    onednn = torch.ops.mkldnn
    if device.type != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    if not all(hasattr(onednn, name) for name in _OPERATORS):
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and bool(onednn._is_mkldnn_bf16_supported()))  # noqa: SLF001


def pack_kernels(module: GraphModule, dtype: torch.dtype) -> None:
    """Give convolutions and linear layers whose tensors the graph holds in float32 to oneDNN, to compute in `dtype`.

    The nodes know the shapes of their tensors, as `fitting_size` leaves them: they say which layout of weights is best,
    and another one can be several times as slow.
    """
    import torch

    for node in module.graph.find_nodes(op="call_function", target=torch.ops.aten.conv2d.default):
        place = [arguments(node)[name] for name in _PLACE]
        _pack(module, node, dtype, "convolution", place, [node.all_input_nodes[0].meta["shape"]])
    for node in module.graph.find_nodes(op="call_function", target=torch.ops.aten.linear.default):
        _pack(module, node, dtype, "linear", [], [])


def _pack(module: GraphModule, node: Node, dtype: torch.dtype, kind: str, place: list[Any], hint: list[Any]) -> None:
    import torch

    onednn, own = torch.ops.mkldnn, arguments(node)
    weight, bias = held(module, own["weight"]), held(module, own["bias"])
    if weight is None or weight.dtype != torch.float32 or (bias is None and own["bias"] is not None):
        return
    packed = getattr(onednn, f"_reorder_{kind}_weight")(weight.to(dtype).contiguous(), *place, *hint)
    tensors = [hold(module, packed, node), None if bias is None else hold(module, bias.to(dtype), node)]
    with module.graph.inserting_before(node):
        images = module.graph.call_function(torch.ops.aten.to.dtype, (node.args[0], dtype))
        call: tuple[Any, ...] = (images, *tensors, *place, *_ALONE)
        ready = module.graph.call_function(getattr(onednn, f"_{kind}_pointwise").default, call)
    ready.meta = node.meta
    node.replace_all_uses_with(ready)
    module.graph.erase_node(node)
