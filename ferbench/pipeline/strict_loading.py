"""Tensors into a network: every name and every shape must fit, or nothing is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import WeightsMismatch
from ferbench.pipeline.state_differences import differences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


def load_strictly(module: nn.Module, tensors: Mapping[str, Tensor], source: str) -> None:
    """Copy tensors into a network, converted to its dtype and device; `source` names their file in messages.

    Raises:
        WeightsMismatch: A name is missing or unexpected, or a shape or kind of number differs. The network is
            unchanged.
    """
    found = differences(module.state_dict(), tensors)
    if found:
        raise WeightsMismatch(
            f"Loading the weights of {source} into {type(module).__name__}",
            found.described(),
            "Check that model, number of classes and options are those that the file was trained with.",
        )
    # A plain dict, without the version numbers that torch hangs on some: what loads must not depend on them.
    module.load_state_dict(dict(tensors), strict=True)
