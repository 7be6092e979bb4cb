"""The graph of a network: every operator that its forward calls, captured once for every number of images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.pipeline.engine.rewriting.tensors import arguments
from ferbench.pipeline.engine.rewriting.unread_rows import skip_unread_rows
from ferbench.pipeline.export.export import captured
from ferbench.pipeline.network import named_outputs

if TYPE_CHECKING:
    import torch
    from torch.fx import Graph, GraphModule

#: Images of the example; one would be taken for a constant.
_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Captured:
    """A graph from (B, C, H, W) float32 to a tuple of tensors of B rows, whose names are `outputs`."""

    graph: GraphModule
    outputs: tuple[str, ...]


def capture(network: torch.nn.Module, sizes: tuple[int, int, int], device: torch.device) -> Captured:
    """The graph of a network for (B, *sizes) images on its device; it shares its tensors with the network.

    Raises:
        PluginError: its forward depends on values, on the number of images, or on what torch cannot capture.
    """
    import torch

    from ferbench.pipeline.export.named_network import NamedNetwork

    asked = f"{type(network).__name__} was to be captured for the engine compile."
    todo = "Its forward may depend on values or on the number of images; pass --engine eager, or mend it."
    images = torch.zeros(_EXAMPLES, *sizes, device=device)
    with captured(asked, todo), torch.no_grad():
        outputs = tuple(named_outputs(network(images)))
        named = NamedNetwork(network, outputs).eval()
        any_number = ({0: torch.export.Dim.DYNAMIC},)
        program = torch.export.export(named, (images,), dynamic_shapes=any_number, strict=False)
        graph = program.module()
        remove_checks(graph.graph)
        remove_dropouts(graph.graph)
        skip_unread_rows(graph.graph)
        graph.graph.eliminate_dead_code()
        graph.recompile()
    return Captured(graph, outputs)


def remove_checks(graph: Graph) -> None:
    """Newer torch looks at the shapes of images before each call."""
    for node in graph.find_nodes(op="call_module", target="_guards_fn"):
        graph.erase_node(node)


def remove_dropouts(graph: Graph) -> None:
    """Dropouts do nothing in evaluation, and are never taken for dead code, since they could draw random numbers."""
    import torch

    for node in graph.find_nodes(op="call_function", target=torch.ops.aten.dropout.default):
        if not arguments(node)["train"]:
            node.replace_all_uses_with(node.all_input_nodes[0])
            graph.erase_node(node)
