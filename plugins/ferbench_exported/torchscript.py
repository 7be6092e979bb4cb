"""TorchScript files as torch networks."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ferbench.errors import WeightsError

if TYPE_CHECKING:
    from torch import nn

    from ferbench_exported.exported_file import ExportedFile


def build(file: ExportedFile, _num_classes: int, /, **_facts: Any) -> nn.Module:
    """The network of a file, on the CPU; classes and facts are what they are in the file and on its card.

    Raises:
        WeightsError: torch cannot load the file.
    """
    network = loaded(file)
    if file.card.output != "sigmoid":
        return network
    from ferbench_exported.independent import Independent

    return Independent(network)


def loaded(file: ExportedFile) -> nn.Module:
    """The program of a file; loading it may already run code in it."""
    import torch

    load: Any = torch.jit.load
    with warnings.catch_warnings():
        # torch calls the format deprecated; files of it go round all the same.
        warnings.filterwarnings("ignore", r".*torch\.jit", FutureWarning)
        warnings.filterwarnings("ignore", r".*torch\.jit", DeprecationWarning)
        try:
            network: nn.Module = load(str(file.path), map_location="cpu")
        except Exception as error:  # torch raises whatever its readers of archives, code and pickles do
            raise WeightsError(
                f"The TorchScript file {file.path} was to be loaded.",
                f"torch cannot: {str(error).strip().splitlines()[0]}",
                "Check that torch.jit.save wrote it. A checkpoint of torch.save goes after --weights of its model.",
            ) from error
    return network
