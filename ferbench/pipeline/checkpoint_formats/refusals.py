"""The errors that all readers of checkpoint files share."""

from __future__ import annotations

import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ferbench.errors import UnsafeCheckpoint, WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_NAME = 80
_PROGRAMS = {"torchscript": ("a TorchScript archive", UnsafeCheckpoint), "onnx": ("an ONNX model", WeightsError)}


def shown(name: str) -> str:
    """A name from a file for a message: quoted, control characters escaped, at most 80 characters of it."""
    return repr(name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "...")


def damaged(source: str, found: str) -> WeightsError:
    """The error for a file that is not what it claims to be."""
    todo = "Get the file again, and compare its size or SHA-256 with what its authors state."
    return WeightsError(f"Reading the checkpoint {source}", found, todo)


def forbidden(source: str, name: str) -> UnsafeCheckpoint:
    """The error for a pickle that asks for a class or function that is not on the list."""
    return UnsafeCheckpoint(
        f"Reading the checkpoint {source}",
        f"Its pickle asks for {shown(name)}, which ferbench does not load. Nothing of the file was executed.",
        "Ask its authors for a file with tensors alone: torch.save(model.state_dict(), ...) or safetensors.",
    )


def whole_network(source: str, name: str) -> UnsafeCheckpoint:
    """The error for `torch.save(model)`: a pickled module instead of its state dict."""
    return UnsafeCheckpoint(
        f"Reading the checkpoint {source}",
        f"It holds a whole pickled network (it asks for {shown(name)}), not a state dict: loading it means running "
        "the code that it names. Nothing of the file was executed.",
        "Where that code is at hand and trusted, load it there and write torch.save(model.state_dict(), ...).",
    )


def program(source: str, kind: str) -> WeightsError:
    """The error for a file that holds a network and its weights in one: `torchscript` or `onnx`."""
    name, error = _PROGRAMS[kind]
    return error(
        f"Reading the checkpoint {source}",
        f"It is {name}: a program, not a state dict. Nothing of it was executed.",
        f"Evaluate it as a model of its own: --model {kind}:{source}. Or ask its authors for the state dict: "
        "torch.save(model.state_dict(), ...) or safetensors.",
    )


@contextmanager
def damage_reported(source: str) -> Iterator[None]:
    """Turn what parsers raise on damaged bytes into a WeightsError that names the file."""
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError) as error:
        raise damaged(source, f"The file is damaged or cut off: {error}.") from error
    except (EOFError, OSError) as error:
        raise damaged(source, f"The file cannot be read to its end: {error}.") from error
