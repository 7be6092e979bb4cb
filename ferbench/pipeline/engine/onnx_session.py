"""Networks in ONNX Runtime, on the CPU: exported as `ferbench export-model` does it, and kept for the next run."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.canonical import sha256_json
from ferbench.errors import MissingError
from ferbench.execution import Compilation
from ferbench.pipeline.environment import version_of
from ferbench.pipeline.export.export import EXAMPLES, captured
from ferbench.pipeline.export.formats import INPUT, write_onnx
from ferbench.pipeline.export.parity import probe_images
from ferbench.pipeline.network import named_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess

#: What the bytes of an exported network, and what a session makes of them, may depend on beside the network.
_PACKAGES = ("ferbench", "torch", "onnx", "onnxscript", "onnxruntime")
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
    """
    started = time.perf_counter()
    images = probe_images(preprocess, EXAMPLES)
    names = output_names(network, images)
    with folder_of(home) as folder:
        path = folder / f"{key_of(identity, images.shape[1:])}.onnx"
        found = opened(path)
        if found is None:
            export(network, images, names, path)
        session = found or session_of(path)
    seconds = time.perf_counter() - started
    compilation = Compilation(seconds=seconds, artifact="made" if found is None else "found")
    return SessionModel(session=session, names=names, module=network), compilation


def output_names(network: torch.nn.Module, images: NDArray[np.float32]) -> tuple[str, ...]:
    """The outputs of a network by name."""
    import torch

    with torch.inference_mode():
        return tuple(named_outputs(network(torch.from_numpy(images))))


@contextmanager
def folder_of(home: Path | None) -> Iterator[Path]:
    """A folder for exported networks: one that stays, or one that is gone when the session stands."""
    if home is not None and usable(home / "onnx"):
        yield home / "onnx"
        return
    with TemporaryDirectory(prefix="ferbench-") as name:
        yield Path(name)


def usable(folder: Path) -> bool:
    """Whether a folder is there now, or could be made, and may be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def key_of(identity: str, shape: Sequence[int]) -> str:
    """Hexadecimal SHA-256 of everything that an exported network depends on."""
    return sha256_json([identity, list(shape), {name: version_of(name) for name in _PACKAGES}])


def opened(path: Path) -> Any | None:
    """The session of a file that was kept; None where there is none, or none that can be used."""
    if not path.is_file():
        return None
    try:
        return session_of(path)
    except Exception:  # noqa: BLE001 - onnxruntime has a dozen kinds of errors without a common class; it is made anew
        return None


def export(network: torch.nn.Module, images: NDArray[np.float32], names: Sequence[str], path: Path) -> None:
    """Write a network; it has its name only once all of it is there."""
    import torch

    from ferbench.pipeline.export.named_network import NamedNetwork

    draft = path.with_suffix(f".{os.getpid()}.part")
    todo = "Its forward may depend on values or on the number of images; pass another --engine, or mend it."
    try:
        with captured(f"{type(network).__name__} was to be captured for ONNX Runtime.", todo):
            write_onnx(NamedNetwork(network, names).eval(), torch.from_numpy(images), draft, names)
        draft.replace(path)
    except OSError as error:
        raise MissingError(
            f"{type(network).__name__} was to be kept for ONNX Runtime in {path.parent}.",
            f"The system says: {error.strerror or error}.",
            "Make room there, or name another folder by FERBENCH_CACHE.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def session_of(path: Path) -> Any:
    """A session with as many threads as torch has, so that `--threads` holds for every engine."""
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.use_deterministic_compute = True
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0)
