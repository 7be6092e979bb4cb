"""Tensors into a network: every name and every shape must fit, or nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import WeightsMismatch
from ferbench.pipeline.checkpoint_formats.refusals import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

_LISTED = 5


def load_strictly(module: nn.Module, tensors: Mapping[str, Tensor], source: str) -> None:
    """Copy tensors into a network, converted to its dtype and device; `source` names their file in messages.

    Raises:
        WeightsMismatch: A name is missing or unexpected, or a shape or kind of number differs. The network is
            unchanged.
    """
    differences = _compare(module.state_dict(), tensors)
    if differences:
        raise WeightsMismatch(
            f"Loading the weights of {source} into {type(module).__name__}",
            differences.described(),
            "Check that model, number of classes and options are those that the file was trained with.",
        )
    # A plain dict, without the version numbers that torch hangs on some: what loads must not depend on them.
    module.load_state_dict(dict(tensors), strict=True)


@dataclass(frozen=True)
class _Differences:
    missing: list[str]
    unexpected: list[str]
    #: Name to what the file has and what the network has.
    mismatched: dict[str, tuple[Tensor, Tensor]]

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.mismatched)

    def described(self) -> str:
        """All differences in words: how many of each sort, and the first few."""
        classes = self._classes()
        if classes is not None:
            names = ", ".join(shown(name) for name in self.mismatched)
            return f"The file was trained for {classes[0]} classes and the network has {classes[1]} ({names})."
        pairs = [f"{shown(name)} {_form(a)} for {_form(b)}" for name, (a, b) in self.mismatched.items()]
        sorts = (
            ("missing from the file", [shown(name) for name in self.missing]),
            ("unknown to the network", [shown(name) for name in self.unexpected]),
            ("of another shape or type (file for network)", pairs),
        )
        return "\n".join(_sentence(sort, entries) for sort, entries in sorts if entries)

    def _classes(self) -> tuple[int, int] | None:
        """Classes of file and network, when the tensors of a last layer are all that differs."""
        if self.missing or self.unexpected:
            return None
        pairs = {_first_sizes(a.shape, b.shape) for a, b in self.mismatched.values()}
        return pairs.pop() if len(pairs) == 1 else None


def _first_sizes(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, int] | None:
    """The first sizes of two shapes that differ in nothing else."""
    return (a[0], b[0]) if a and b and a[0] != b[0] and a[1:] == b[1:] else None


def _compare(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> _Differences:
    return _Differences(
        # Batch norm has counted its batches since torch 0.4.1; older files have no counter and need none.
        missing=[name for name in own if name not in tensors and not name.endswith("num_batches_tracked")],
        unexpected=[name for name in tensors if name not in own],
        mismatched={
            name: (tensors[name], tensor)
            for name, tensor in own.items()
            if name in tensors and not _fits(tensors[name], tensor)
        },
    )


def _fits(tensor: Tensor, own: Tensor) -> bool:
    return tensor.shape == own.shape and tensor.is_floating_point() == own.is_floating_point()


def _form(tensor: Tensor) -> str:
    return f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"


def _sentence(sort: str, entries: list[str]) -> str:
    more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
    return f"{len(entries)} {sort}: {', '.join(entries[:_LISTED])}{more}."
