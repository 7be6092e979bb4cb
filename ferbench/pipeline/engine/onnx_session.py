"""Networks in ONNX Runtime, on the CPU: exported as `ferbench export-model` does it, and kept for the next run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ferbench.canonical import sha256_json
from ferbench.execution import Compilation
from ferbench.pipeline.engine.artifacts import Artifacts
from ferbench.pipeline.environment import version_of
from ferbench.pipeline.export.export import EXAMPLES, captured
from ferbench.pipeline.export.formats import INPUT, write_onnx
from ferbench.pipeline.export.parity import probe_images
from ferbench.pipeline.network import named_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess

#: What the bytes of an exported network, and what a session makes of them, may depend on beside the network.
_PACKAGES = ("ferbench", "torch", "onnx", "onnxscript", "onnxruntime")
_FOLDER = "onnx"
#: Files are as large as the weights in them.
KEPT = 8
#: onnxruntime's own level for errors.
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionModel:
    """A network in a session, with the names of its outputs; `module` is the network that it was made of."""

    session: Any
    names: Sequence[str]
    module: torch.nn.Module

    def predict(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(B, channels, H, W) float32 -> arrays by output name, float32."""
        values = self.session.run(list(self.names), {INPUT: np.ascontiguousarray(batch)})
        return dict(zip(self.names, values, strict=True))


def session_model(
    network: torch.nn.Module, preprocess: Preprocess, identity: str, home: Path | None
) -> tuple[SessionModel, Compilation]:
    """The session of a network on the CPU, from `home` where it was exported before, by an equal `identity`.

    Raises:
        PluginError: torch cannot capture the network.
        UsageError: others can write to the folder.
    """
    started = time.perf_counter()
    images = probe_images(preprocess, EXAMPLES)
    names, key = output_names(network, images), key_of(identity, images.shape[1:])
    artifacts = Artifacts(home / _FOLDER, KEPT) if home else None
    kept = artifacts.read(key) if artifacts else None
    data = kept or exported(network, images, names)
    if artifacts and kept is None:
        artifacts.write(key, data)
    model = SessionModel(session=session_of(data), names=names, module=network)
    artifact: Literal["made", "found"] = "made" if kept is None else "found"
    return model, Compilation(seconds=time.perf_counter() - started, artifact=artifact)


def output_names(network: torch.nn.Module, images: NDArray[np.float32]) -> tuple[str, ...]:
    """The outputs of a network by name."""
    import torch

    with torch.inference_mode():
        return tuple(named_outputs(network(torch.from_numpy(images))))


def key_of(identity: str, shape: Sequence[int]) -> str:
    """Hexadecimal SHA-256 of everything that an exported network depends on."""
    return sha256_json([identity, list(shape), {name: version_of(name) for name in _PACKAGES}])


def exported(network: torch.nn.Module, images: NDArray[np.float32], names: Sequence[str]) -> bytes:
    """A network as an ONNX file, its weights in it; `images` show torch what it will get.

    Raises:
        PluginError: torch cannot capture it.
    """
    import torch

    from ferbench.pipeline.export.named_network import NamedNetwork

    todo = "Its forward may depend on values or on the number of images; pass another --engine, or mend it."
    with TemporaryDirectory(prefix="ferbench-") as folder:
        path = Path(folder) / "network.onnx"
        with captured(f"{type(network).__name__} was to be captured for ONNX Runtime.", todo):
            write_onnx(NamedNetwork(network, names).eval(), torch.from_numpy(images), path, names)
        return path.read_bytes()


def session_of(data: bytes) -> Any:
    """A session with as many threads as torch has, so that `--threads` holds for every engine."""
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.use_deterministic_compute = True
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"], enable_fallback=0)
