"""Networks as TorchScript and as ONNX, for any number of images."""

from __future__ import annotations

import builtins
import logging
import shutil
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZipFile

from ferbench.errors import ExtraNotInstalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Sized
    from pathlib import Path

    from torch import Tensor, nn

Format = Literal["onnx", "torchscript"]

#: Ends of file names, by format.
SUFFIXES: dict[Format, str] = {"onnx": ".onnx", "torchscript": ".pt"}
INPUT, OUTPUT = "images", "emotion"
_ONNX_EXTRA = ("onnx", "onnxscript", "onnxruntime")


def require_extra(form: Format) -> None:
    """ExtraNotInstalled where the format needs a library that is not there."""
    missing = [name for name in _ONNX_EXTRA if find_spec(name) is None] if form == "onnx" else []
    if missing:
        raise ExtraNotInstalled(
            "A model was to be exported as ONNX.",
            f"{', '.join(missing)} is not there.",
            "Install it: pip install 'ferbench[onnx]'",
        )


def write_torchscript(network: nn.Module, images: Tensor, path: Path) -> None:
    """Trace a network and save the program; `images` (at least 2, C, H, W) show it what it will get."""
    import torch

    trace: Any = torch.jit.trace
    traced = path.with_name(f"{path.name}.traced")
    with quiet_tracing(), torch.no_grad(), symbolic_lengths():
        # torch's own check of a trace would repeat it on the same images; parity is proven on others.
        trace(network, images, check_trace=False).save(str(traced))
    copy_without_sources(traced, path)
    traced.unlink()


def copy_without_sources(traced: Path, path: Path) -> None:
    """Copy a TorchScript file without its table of source lines, which names folders of this machine."""
    with ZipFile(traced) as archive, ZipFile(path, "w") as stripped:
        for member in archive.infolist():
            if not member.filename.endswith(".debug_pkl"):
                with archive.open(member) as source, stripped.open(member.filename, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)


def write_onnx(network: nn.Module, images: Tensor, path: Path, outputs: Sequence[str] = (OUTPUT,)) -> None:
    """Capture a network and save it in one ONNX file, the weights in it; `images` as for TorchScript.

    `outputs` are the names of what it gives, one after the other.
    """
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    dynamic = ({0: torch.export.Dim("batch")},)
    # ONNX has no fused attention. Captured with one, the shapes after it are those of a memory layout that is gone.
    with quiet_capture(), torch.no_grad(), symbolic_lengths(), sdpa_kernel(SDPBackend.MATH):
        captured = torch.export.export(network, (images,), dynamic_shapes=dynamic)
        program = torch.onnx.export(
            captured,
            (),
            dynamo=True,
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_shapes=dynamic,
            verbose=False,
        )
    assert program is not None
    for node in program.model.graph.all_nodes():
        # Among them is where in the source a node comes from, which names folders of this machine.
        node.metadata_props.clear()
    program.save(path, external_data=False)


WRITERS: dict[Format, Callable[[nn.Module, Tensor, Path], None]] = {
    "onnx": write_onnx,
    "torchscript": write_torchscript,
}


@contextmanager
def symbolic_lengths() -> Iterator[None]:
    """`len(tensor)` as a part of what is captured: Python's own gives a plain number, and the batch would be fixed."""
    import torch

    plain = builtins.len

    def length(value: Sized) -> int:
        return value.shape[0] if isinstance(value, torch.Tensor) and value.ndim else plain(value)

    builtins.len = length
    try:
        yield
    finally:
        builtins.len = plain


@contextmanager
def quiet_tracing() -> Iterator[None]:
    """Without torch's remarks that the format is deprecated; what it says about the network itself is let through."""
    with warnings.catch_warnings():
        for category in (FutureWarning, DeprecationWarning):
            warnings.filterwarnings("ignore", r".*torch\.jit", category)
        yield


@contextmanager
def quiet_capture() -> Iterator[None]:
    """Without the graphs and tracebacks that the exporter logs and prints before it raises what it has to say."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            yield
    finally:
        logging.disable(disabled)
