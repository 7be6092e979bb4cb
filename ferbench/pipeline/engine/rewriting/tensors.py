"""Tensors of a graph: those that it holds, and what is known of those that it computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch.fx import GraphModule, Node


def held(module: GraphModule, node: Any) -> torch.Tensor | None:
    """The parameter or buffer that a node stands for; None for any other node, or none."""
    import torch

    if getattr(node, "op", None) != "get_attr":
        return None
    owner, _, name = str(node.target).rpartition(".")
    tensor = getattr(module.get_submodule(owner), name)
    return tensor.detach() if isinstance(tensor, torch.Tensor) else None


def hold(module: GraphModule, tensor: torch.Tensor, before: Node) -> Node:
    """A node for a tensor that the graph is to hold, to be read by the node `before`."""
    name = f"_rewritten_{len(list(module.buffers(recurse=False)))}"
    module.register_buffer(name, tensor)
    with module.graph.inserting_before(before):
        return module.graph.get_attr(name)


def example(node: Any) -> Any:
    """The fake tensor that tracing left at a node: its shape and type; None where there is no single one."""
    return node.meta.get("val") if hasattr(node, "meta") else None


def arguments(node: Node) -> dict[str, Any]:
    """The arguments of an operator by name, with the defaults that were left out."""
    schema = node.target._schema  # type: ignore[union-attr]  # noqa: SLF001 - torch offers no other way to a schema
    given = dict(zip((argument.name for argument in schema.arguments), node.args, strict=False))
    return {argument.name: argument.default_value for argument in schema.arguments} | given | dict(node.kwargs)
