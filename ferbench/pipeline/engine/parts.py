"""A graph run on parts of a batch that are small enough for the memory they need to be at hand.

On a CPU every tensor of a large batch is new memory that the system first has to find and to clear, page by page, and
that has left the caches before the next operator reads it. Few images at a time need neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch.fx import GraphModule

    from ferbench.pipeline.engine.captured import Captured

#: The C library of Linux reuses the memory of tensors up to 32 MiB, and gives back to the system what is larger.
_AT_HAND = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Parts:
    """A graph that is given at most `size` images at a time, in the layout in memory that convolutions want."""

    captured: Captured
    size: int

    def __call__(self, images: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """(B, C, H, W) float32, B at least 1 -> tensors of B rows by name, float32."""
        import torch

        with torch.inference_mode():
            answers = [self.captured.graph(laid_out(part)) for part in torch.split(images, self.size)]
            columns = zip(self.captured.outputs, zip(*answers, strict=True), strict=True)
            return {name: torch.cat(parts).float() for name, parts in columns}


def laid_out(images: torch.Tensor) -> torch.Tensor:
    """The same images, the channels of a pixel side by side."""
    import torch

    return images.contiguous(memory_format=torch.channels_last)


def fitting_size(graph: GraphModule, images: torch.Tensor, most: int) -> int:
    """The largest power of two of images whose tensors stay at hand, or `most`; found by running one and two images.

    Devices other than CPUs keep the memory of tensors, and are given all. Afterwards every node of the graph knows the
    shape of its tensor, as `shape` in its `meta`.
    """
    one, two = (observed(graph, images[:count]) for count in (1, 2))
    if images.device.type != "cpu":
        return most
    fitting = max(1, _AT_HAND // max(more - less for less, more in zip(one, two, strict=True)))
    return min(most, 1 << (fitting.bit_length() - 1))


def observed(graph: GraphModule, images: torch.Tensor) -> list[int]:
    """Bytes of every tensor that a graph computes of some images; leaves the shapes at the nodes."""
    import torch

    sizes = []

    class Watching(torch.fx.Interpreter):
        def run_node(self, node: torch.fx.Node) -> Any:
            value = super().run_node(node)
            if isinstance(value, torch.Tensor):
                node.meta["shape"] = value.shape
                sizes.append(value.nbytes)
            return value

    with torch.inference_mode():
        Watching(graph).run(images)
    return sizes
