"""ONNX files in onnxruntime, on the CPU."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.errors import ExtraNotInstalled, FerbenchError, UsageError, WeightsError
from ferbench_exported.side_files import names_side_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from ferbench.cards import Preprocess
    from ferbench.emotions import ClassOrder
    from ferbench_exported.exported_file import ExportedFile

#: Protobuf, which ONNX files are, ends there; a larger network keeps its tensors in files beside it.
MOST_BYTES = 2**31 - 1
_FLOATS = {"tensor(float16)", "tensor(float)", "tensor(double)"}
#: onnxruntime's own level for errors: what else it says is of no use to whoever runs a model.
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """A session with one input and the output that is asked for; `batch` is the only size that it takes, or None."""

    path: Path
    session: Any
    input_name: str
    output_name: str
    batch: int | None
    independent: bool
    module: None = None

    def predict(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(B, C, H, W) float32 -> {"emotion": (B, K) float32}; for one fixed size of batch, in parts of it."""
        size = self.batch or max(1, len(batch))
        parts = [self.answers(batch[start : start + size], size) for start in range(0, len(batch), size)]
        answers = np.concatenate(parts) if parts else np.empty((0, 0), np.float32)
        return {"emotion": sum_to_one(answers) if self.independent else answers}

    def answers(self, images: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        """(b, C, H, W), b at most `size` -> (b, K); the places that are left are filled with zeros.

        Raises:
            WeightsError: onnxruntime cannot run the network on this many images.
        """
        rest = np.zeros((size - len(images), *images.shape[1:]), np.float32)
        try:
            (answers,) = self.session.run([self.output_name], {self.input_name: np.concatenate([images, rest])})
        except Exception as error:  # onnxruntime has a dozen kinds of errors without a common class
            raise WeightsError(
                f"The ONNX file {self.path} was given {size} images.",
                f"onnxruntime cannot run it: {error}",
                "If it was exported for one image at a time, pass --batch-size 1.",
            ) from error
        return np.asarray(answers, dtype=np.float32)[: len(images)]


def open_session(
    file: ExportedFile,
    path: Path,
    _classes: ClassOrder,
    preprocess: Preprocess,
    /,
    output_name: str | None = None,
    **_facts: Any,
) -> OnnxModel:
    """The network of a file; it must take what the preprocessing gives.

    Raises:
        ExtraNotInstalled: onnxruntime is not there.
        WeightsError: onnxruntime cannot load the file, or it takes something else than pictures of this size.
        UsageError: it has no output of this name.
    """
    if path.stat().st_size > MOST_BYTES:
        raise unusable(path, "It has more than 2 GiB, and no ONNX file has.")
    with understood(path):
        # Which also says that the extra is missing, before anything else can.
        onnxruntime(path)
        if names_side_files(path):
            raise unusable(path, "Weights of it lie in other files, of which its SHA-256 says nothing.")
        session = session_of(path)
        (batch, *_) = input_shape(path, session, preprocess)
        return OnnxModel(
            path=path,
            session=session,
            input_name=session.get_inputs()[0].name,
            output_name=output_of(path, session, output_name),
            batch=batch if isinstance(batch, int) else None,
            independent=file.card.output == "sigmoid",
        )


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turn what onnxruntime says about a file into a refusal of it."""
    try:
        yield
    except FerbenchError:
        raise
    except Exception as error:  # onnxruntime has a dozen kinds of errors without a common class, and broken names
        raise unusable(path, f"onnxruntime cannot load it: {error}") from error


def session_of(path: Path) -> Any:
    """A session on the CPU with as many threads as torch has; no library of operators is ever loaded for a file."""
    runtime = onnxruntime(path)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.log_severity_level = _ERRORS_ONLY
    # Without the fallback, which would only print about a second attempt at the same.
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0)


def onnxruntime(path: Path) -> Any:
    """The runtime, which is an extra."""
    try:
        import onnxruntime as runtime
    except ImportError as error:
        raise ExtraNotInstalled(
            f"The ONNX file {path} was to be run.",
            f"onnxruntime is not there: {error}.",
            "Install it: pip install 'ferbench[onnx]'",
        ) from error
    return runtime


def threads() -> int:
    """Threads of torch, so that `--threads` holds for every model."""
    import torch

    return torch.get_num_threads()


def input_shape(path: Path, session: Any, preprocess: Preprocess) -> list[Any]:
    """The shape of the one input, numbers where it is fixed: (B, C, H, W) as the preprocessing gives it."""
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)":
        found = ", ".join(f"{item.name} {item.type}" for item in inputs) or "nothing"
        raise unusable(path, f"It takes {found}, and ferbench gives one tensor(float) of pictures.")
    given, shape = (preprocess.channels, *preprocess.size), list(inputs[0].shape)
    fixed = [(wanted, have) for wanted, have in zip(shape[1:], given, strict=False) if isinstance(wanted, int)]
    if len(shape) != 4 or any(wanted != have for wanted, have in fixed):
        raise unusable(
            path, f"It takes {shape}, and its card or the options say (images, {', '.join(map(str, given))})."
        )
    return shape


def output_of(path: Path, session: Any, asked: str | None) -> str:
    """Name of the output that is asked for, else of the first; it must hold numbers."""
    outputs = {item.name: item.type for item in session.get_outputs()}
    name = next(iter(outputs)) if asked is None else str(asked)
    if name not in outputs:
        raise UsageError(
            f"The output {name!r} of {path} was asked for.", f"It has {', '.join(outputs)}.", "Name one of them."
        )
    if outputs[name] not in _FLOATS:
        raise unusable(path, f"Its output {name!r} is of the type {outputs[name]}, which holds no scores.")
    return name


def unusable(path: Path, found: str) -> WeightsError:
    """The refusal of a file."""
    return WeightsError(
        f"The ONNX file {path} was to be opened.",
        found,
        "Check the file and the size, colour order and output that its card or the options state.",
    )


def sum_to_one(answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """(B, K) divided by the sums of rows; a row of zeros stays one."""
    sums = answers.sum(axis=1, keepdims=True)
    shares: NDArray[np.float32] = np.divide(answers, sums, out=answers.copy(), where=sums != 0)
    return shares
