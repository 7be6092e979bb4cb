"""The engine `compile`: the graph of a network, captured once and kept, rewritten for the device, run part by part.

What is kept is the graph without the weights: some hundred kilobytes, which depend on the network, the shape of its
images, the type of its device and the libraries, and serve every precision, number of threads and batch size. The
weights are those of the network at hand, folded and laid out for the processor anew in every process, which takes less
time than reading them would. No compiler of another language is needed.
"""

from __future__ import annotations

import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.canonical import sha256_json
from ferbench.execution import Compilation
from ferbench.pipeline.engine.artifacts import Artifacts
from ferbench.pipeline.engine.captured import capture
from ferbench.pipeline.engine.graph_file import NotPlain, decoded, encoded
from ferbench.pipeline.engine.parts import Parts, fitting_size
from ferbench.pipeline.engine.reduced import in_arithmetic
from ferbench.pipeline.engine.rewriting.rewrite import rewrite
from ferbench.pipeline.environment import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import torch

    from ferbench.pipeline.engine.captured import Captured
    from ferbench.pipeline.engine.choice import Arithmetic

_FOLDER = "graphs"
#: What a graph may depend on beside the network and the shape of its images; the number is that of this code.
_FORMAT, _PACKAGES = 1, ("ferbench", "torch", "torchvision", "timm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A network that can be run.

    `forward` takes (B, C, H, W) float32 on the device, B any number, and gives float32 tensors of B rows by name.
    """

    forward: Callable[[torch.Tensor], Mapping[str, torch.Tensor]]
    compilation: Compilation


def compiled(
    network: torch.nn.Module,
    sizes: tuple[int, int, int],
    precision: Arithmetic,
    device: torch.device,
    batch_size: int,
    home: Path | None,
    identity: str,
) -> Ready:
    """A network on its device, ready for (B, *sizes) images, and how long that took.

    Args:
        network: In evaluation mode, on the device.
        sizes: Channels, height and width.
        precision: bf16 and fp16 are torch's autocast, with weights in that type where oneDNN computes.
        device: Where it runs.
        batch_size: Images that `forward` will usually be given; other numbers work as well.
        home: The folder where captured graphs are kept; None keeps nothing.
        identity: Equal for networks that compute the same.

    Raises:
        PluginError: torch cannot capture the network.
        UsageError: others can write to the folder.
    """
    import torch

    started = time.perf_counter()
    ready, found = from_home(network, sizes, device, home, identity)
    size = fitting_size(ready.graph, torch.zeros(2, *sizes, device=device), batch_size)
    rewrite(ready.graph, device, torch.bfloat16 if precision == "bf16" else torch.float32)
    forward = Parts(ready, size) if precision == "fp32" else in_arithmetic(Parts(ready, size), precision, device)
    seconds = time.perf_counter() - started
    return Ready(forward=forward, compilation=Compilation(seconds=seconds, artifact="found" if found else "made"))


def is_kept(sizes: tuple[int, int, int], device: torch.device, home: Path | None, identity: str) -> bool:
    """Whether the graph of a network is kept for `compiled`; it serves every precision and batch size."""
    return home is not None and Artifacts(home / _FOLDER).has(key_of(sizes, device, identity))


def from_home(
    network: torch.nn.Module, sizes: tuple[int, int, int], device: torch.device, home: Path | None, identity: str
) -> tuple[Captured, bool]:
    """The graph of a network, and whether it was kept from before."""
    artifacts = Artifacts(home / _FOLDER) if home else None
    key = key_of(sizes, device, identity)
    kept = artifacts.read(key) if artifacts else None
    if kept is not None:
        return decoded(kept, network), True
    made = capture(network, sizes, device)
    if artifacts:
        with suppress(NotPlain):
            artifacts.write(key, encoded(made, network))
    return made, False


def key_of(sizes: tuple[int, int, int], device: torch.device, identity: str) -> str:
    """Hexadecimal SHA-256 of everything that a captured graph depends on."""
    versions = {name: version_of(name) for name in _PACKAGES}
    return sha256_json([_FORMAT, identity, list(sizes), device.type, platform.python_version(), versions])
