"""Graphs of networks: what is rewritten in them, and what is left alone."""

from __future__ import annotations

import pytest
import torch

from ferbench.pipeline.engine.captured import capture
from ferbench.pipeline.engine.graph_file import decoded, encoded
from ferbench.pipeline.engine.parts import Parts, fitting_size
from ferbench.pipeline.engine.rewriting.packed_kernels import can_pack
from ferbench.pipeline.engine.rewriting.rewrite import rewrite
from tests.pipeline.engine.compiled_networks import DIM, HIDDEN, SIZES, TOKENS, Face, Reading, images, network

CPU = torch.device("cpu")
aten = torch.ops.aten


def count(graph: torch.fx.GraphModule, target) -> int:
    """How often an operator is called."""
    return len(graph.graph.find_nodes(op="call_function", target=target))


def hidden_shapes(kind: type[Face]) -> set[tuple[int, ...]]:
    """Shapes of what the first layer of the MLP gives for two images."""
    seen = set()

    class Watching(torch.fx.Interpreter):
        def run_node(self, node):
            value = super().run_node(node)
            if isinstance(value, torch.Tensor) and value.shape[-1:] == (HIDDEN,) and value.dim() == 3:
                seen.add(tuple(value.shape))
            return value

    with torch.inference_mode():
        Watching(capture(network(kind), SIZES, CPU).graph).run(images(2))
    return seen


def test_normalisations_behind_convolutions_are_folded():
    """The one before a convolution stays: at the borders of the map it is no change of weights."""
    captured = capture(network(), SIZES, CPU)
    assert count(captured.graph, aten.batch_norm.default) == 3
    fitting_size(captured.graph, images(2), 1)
    rewrite(captured.graph, CPU, torch.float32)
    assert count(captured.graph, aten.batch_norm.default) == 1


@pytest.mark.skipif(not can_pack(CPU, torch.float32), reason="this torch has no oneDNN")
def test_convolutions_and_linear_layers_go_to_onednn():
    """All of them, whatever their groups, strides and biases."""
    captured = capture(network(), SIZES, CPU)
    fitting_size(captured.graph, images(2), 1)
    rewrite(captured.graph, CPU, torch.float32)
    assert count(captured.graph, aten.conv2d.default) == count(captured.graph, aten.linear.default) == 0
    assert count(captured.graph, torch.ops.mkldnn._convolution_pointwise.default) == 3
    assert count(captured.graph, torch.ops.mkldnn._linear_pointwise.default) == 5


def test_only_the_row_that_is_read_is_computed():
    """A head that reads the class token needs the MLP of that token alone; one that reads all needs all."""
    assert hidden_shapes(Face) == {(2, 1, HIDDEN)}
    assert hidden_shapes(Reading) == {(2, TOKENS + 1, HIDDEN)}


def test_a_graph_comes_back_from_its_bytes():
    """Numbers that the code made and buffers that no checkpoint holds are there again, with the network's weights."""
    plain = network()
    again = decoded(encoded(capture(plain, SIZES, CPU), plain), plain)
    with torch.inference_mode():
        torch.testing.assert_close(again.graph(images(4))[0], plain(images(4)))
    assert again.outputs == ("emotion",)


def test_large_batches_are_run_in_parts():
    """As many images at a time as stay at hand, at most a batch, and never none."""
    captured = capture(network(), SIZES, CPU)
    assert fitting_size(captured.graph, images(2), 5) == 5
    assert fitting_size(captured.graph, images(2), 100_000) == 4096
    assert captured.graph.graph.find_nodes(op="call_function", target=aten.conv2d.default)[-1].meta["shape"] == (
        2,
        DIM,
        4,
        4,
    )
    seen = []
    captured.graph.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    assert Parts(captured, 4)(images(10))["emotion"].shape == (10, 7)
    assert seen == [4, 4, 2]
