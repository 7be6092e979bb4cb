"""Rows that nobody reads are not computed: where a head reads the class token, the last MLP computes it alone.

Operators that compute every row of a tensor by itself are moved behind the choice of the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.rewriting.tensors import arguments, example

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch.fx import Graph, Node

    #: A dimension, and the index in it.
    Place = tuple[int, int]


def skip_unread_rows(graph: Graph) -> None:
    """Compute one row of every tensor of which `tensor[:, index]` is all that is read in the end."""
    wanted: dict[Node, Place] = {}
    for node in reversed(graph.nodes):
        places = {place_read(node, user, wanted) for user in node.users}
        place = places.pop() if len(places) == 1 else None
        if place is not None:
            wanted[node] = place
    rows: dict[Node, Node] = {}
    for node in list(graph.nodes):
        if node in wanted:
            rows[node] = row_of(node, wanted[node], rows)
        elif chosen(node) and node.args[0] in rows:
            node.args = (rows[node.all_input_nodes[0]], wanted[node.all_input_nodes[0]][0], 0)


def place_read(node: Node, reader: Node, wanted: Mapping[Node, Place]) -> Place | None:
    """Where the only row stands that a reader takes of a node; None where it takes more."""
    if reader in wanted and node in independent(reader, wanted[reader][0]):
        return wanted[reader]
    return chosen(reader) if reader.all_input_nodes == [node] else None


def chosen(node: Node) -> Place | None:
    """What a node chooses if it is `tensor[:, index]`: images stand in dimension 0, and rows are made of the last."""
    import torch

    if node.target != torch.ops.aten.select.int:
        return None
    dim, index = (arguments(node)[name] for name in ("dim", "index"))
    return (dim, index) if isinstance(index, int) and 0 < dim < example(node).dim() else None


def row_of(node: Node, place: Place, rows: Mapping[Node, Node]) -> Node:
    """The only row that is read of a node, computed from rows where that can be."""
    import torch

    def cut(source: Node) -> Node:
        row: Node = node.graph.call_function(torch.ops.aten.slice.Tensor, (source, dim, index, index + 1 or None))
        return row

    dim, index = place
    sources = independent(node, dim)
    with node.graph.inserting_after(node):
        if not sources:
            return cut(node)
    with node.graph.inserting_before(node):
        made = {source: rows.get(source) or cut(source) for source in sources}
        return node.graph.node_copy(node, lambda source: made.get(source, source))


def independent(node: Node, dim: int) -> list[Node]:
    """The sources of an operator whose rows along `dim` make its rows along `dim`; none where they do not."""
    import torch

    aten = torch.ops.aten
    if node.target in {aten.add.Tensor, aten.mul.Tensor}:
        sources = node.all_input_nodes
        return sources if all(as_long(source, node, dim) for source in sources) else []
    by_row = node.target in {aten.linear.default, aten.gelu.default}
    by_row |= node.target == aten.layer_norm.default and len(arguments(node)["normalized_shape"]) == 1
    by_row |= node.target == aten.slice.Tensor and arguments(node)["dim"] not in {dim, dim - example(node).dim()}
    return node.all_input_nodes[:1] if by_row else []


def as_long(source: Node, node: Node, dim: int) -> bool:
    """Whether a source is not spread along `dim` to fit the others."""
    ours, whole = example(source), example(node)
    return bool(ours.dim() == whole.dim() and ours.shape[dim] == whole.shape[dim])
