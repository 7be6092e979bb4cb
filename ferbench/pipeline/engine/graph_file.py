"""A captured graph as bytes, without the weights: plain data, read back without running anything that stands in it.

Operators stand there by their names in `torch.ops`, or in Python's `operator`; tensors that are no part of the
network's state, such as numbers that its code made, stand there themselves.
"""

from __future__ import annotations

import io
import operator
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.engine.captured import Captured
from ferbench.pipeline.engine.rewriting.tensors import held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch
    from torch.fx import Node

#: What is computed of sizes, and of the results of operators that have several.
_OF_PYTHON = ("getitem", "add", "sub", "mul", "floordiv", "truediv", "mod", "neg", "pow", "eq", "ne", "lt", "le", "gt")


class NotPlain(Exception):
    """A graph that calls something that is no operator, such as a branch on a value."""


def encoded(captured: Captured, network: torch.nn.Module) -> bytes:
    """The graph of a network.

    Raises:
        NotPlain: it cannot be written as data.
    """
    import torch

    nodes = list(captured.graph.graph.nodes)
    foreign = {node.target: node for node in nodes if node.op == "get_attr" and node.target not in state_of(network)}
    document = {
        "outputs": captured.outputs,
        "nodes": [(node.name, node.op, target_name(node), plain(node.args), plain(node.kwargs)) for node in nodes],
        "constants": {name: constant(captured, node) for name, node in foreign.items()},
    }
    file = io.BytesIO()
    torch.save(document, file)
    return file.getvalue()


def decoded(data: bytes, network: torch.nn.Module) -> Captured:
    """The graph of `encoded`, with the tensors of a network of the same structure."""
    import torch

    document = torch.load(io.BytesIO(data), weights_only=True)
    graph, nodes = torch.fx.Graph(), dict[str, torch.fx.Node]()
    for name, op, target, args, kwargs in document["nodes"]:
        function = operator_of(target) if op == "call_function" else target
        nodes[name] = graph.create_node(op, function, restored(args, nodes), restored(kwargs, nodes), name)
    tensors = {**state_of(network), **document["constants"]}
    used = {str(node.target): tensors[node.target] for node in graph.find_nodes(op="get_attr")}
    return Captured(torch.fx.GraphModule(used, graph), tuple(document["outputs"]))


def state_of(network: torch.nn.Module) -> Mapping[str, torch.Tensor]:
    """Parameters and buffers by the names that they have in a captured graph."""
    tensors = (*network.named_parameters(remove_duplicate=False), *network.named_buffers(remove_duplicate=False))
    return {f"network.{name}": tensor for name, tensor in tensors}


def constant(captured: Captured, node: Node) -> torch.Tensor:
    """A tensor that only the graph holds."""
    tensor = held(captured.graph, node)
    if tensor is None:
        raise NotPlain(node.target)
    return tensor


def target_name(node: Node) -> str:
    """What a node calls, or the name of its tensor."""
    import torch

    if isinstance(node.target, str | torch._ops.OpOverload):  # noqa: SLF001 - the class has no public name
        return str(node.target)
    name = getattr(node.target, "__name__", "")
    if name not in _OF_PYTHON or getattr(operator, name) is not node.target:
        raise NotPlain(node.target)
    return name


def operator_of(name: str) -> Callable[..., Any]:
    """The operator of a name."""
    import torch

    if name in _OF_PYTHON:
        function: Callable[..., Any] = getattr(operator, name)
        return function
    library, packet, overload = name.split(".")
    return getattr(getattr(getattr(torch.ops, library), packet), overload)  # type: ignore[no-any-return]


def plain(value: Any) -> Any:
    """Arguments of a node as data: what is more than a number, a text or None is a pair of its kind and the rest."""
    import torch

    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.fx.Node):
        return ("node", value.name)
    if isinstance(value, tuple | list):
        return ("tuple", [plain(item) for item in value])
    if isinstance(value, dict):
        return ("dict", {name: plain(item) for name, item in value.items()})
    if isinstance(value, torch.device):
        return ("device", str(value))
    if isinstance(value, torch.dtype | torch.layout | torch.memory_format):
        return ("torch", str(value).removeprefix("torch."))
    raise NotPlain(type(value))


def restored(value: Any, nodes: Mapping[str, Node]) -> Any:
    """The arguments of `plain`."""
    import torch

    if not isinstance(value, tuple):
        return value
    kind, content = value
    makers: dict[str, Callable[[], Any]] = {
        "node": lambda: nodes[content],
        "tuple": lambda: tuple(restored(item, nodes) for item in content),
        "dict": lambda: {name: restored(item, nodes) for name, item in content.items()},
        "device": lambda: torch.device(content),
        "torch": lambda: getattr(torch, content),
    }
    return makers[kind]()
