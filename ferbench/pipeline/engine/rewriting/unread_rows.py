"""Rows that nobody reads are not computed: where a head reads the class token, the last MLP computes it alone.

Operators that compute every row of a tensor by itself are moved behind the choice of the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.rewriting.tensors import arguments, example

if TYPE_CHECKING:
    from torch.fx import Graph, Node


def skip_unread_rows(graph: Graph) -> None:
    """Compute for every `tensor[:, index]` only that row, as far back as rows are independent."""
    import torch

    for select in graph.find_nodes(op="call_function", target=torch.ops.aten.select.int):
        source, (dim, index) = select.all_input_nodes[0], (arguments(select)[name] for name in ("dim", "index"))
        # Dimension 0 counts images; the last one is what rows consist of.
        if isinstance(index, int) and 0 < dim < example(source).dim() - 1:
            select.args = (_row(source, select, dim, index), dim, 0)


def _row(source: Node, reader: Node, dim: int, index: int) -> Node:
    """`source[:, index : index + 1]`, computed of such rows alone where only `reader` reads the rest."""
    import torch

    rows = {}
    if set(source.users) == {reader}:
        rows = {one: _row(one, source, dim, index) for one in _independent(source, dim)}
    with source.graph.inserting_before(source if rows else reader):
        if rows:
            row = source.graph.node_copy(source, lambda argument: rows.get(argument, argument))
        else:
            chosen = (source, dim, index, index + 1 or None)
            row = source.graph.call_function(torch.ops.aten.slice.Tensor, chosen)
    row.meta["val"] = example(source).select(dim, index).unsqueeze(dim)
    return row


def _independent(node: Node, dim: int) -> list[Node]:
    """The sources of an operator whose rows along `dim` make its rows along `dim`; none where they do not."""
    import torch

    aten = torch.ops.aten
    if node.target in {aten.add.Tensor, aten.mul.Tensor}:
        sources = node.all_input_nodes
        return sources if all(_as_long(source, node, dim) for source in sources) else []
    by_row = {aten.linear.default, aten.gelu.default, aten.dropout.default}
    if node.target in by_row or (
        node.target == aten.layer_norm.default and len(arguments(node)["normalized_shape"]) == 1
    ):
        return node.all_input_nodes[:1]
    return []


def _as_long(source: Node, node: Node, dim: int) -> bool:
    """Whether a source is not spread along `dim` to fit the others."""
    ours, whole = example(source), example(node)
    return bool(ours.dim() == whole.dim() and ours.shape[dim] == whole.shape[dim])
