"""How the tensors of a file and the state of a network differ, and whether one declared prefix would mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product, takewhile
from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.refusals import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from torch import Tensor

_LISTED = 5
#: Parts of a prefix that are looked at; DataParallel around torch.compile around a wrapper makes three.
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Names that only the network has, names that only the file has, and tensors that do not fit their namesakes."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    #: Name to what the file has and what the network has.
    mismatched: Mapping[str, tuple[Tensor, Tensor]]
    #: A rule that would make all names fit, in a sentence; empty where there is none.
    remedy: str = ""
    #: Classes of file and network, where they are all that the rule would leave.
    left_by_remedy: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.mismatched)

    def described(self) -> str:
        """All differences in words: how many of each sort, and the first few."""
        classes = self.classes()
        if classes is not None:
            names = ", ".join(shown(name) for name in self.mismatched)
            return f"The file was trained for {classes[0]} classes and the network has {classes[1]} ({names})."
        pairs = [f"{shown(name)} {form(a)} for {form(b)}" for name, (a, b) in self.mismatched.items()]
        sorts = (
            ("missing from the file", [shown(name) for name in self.missing]),
            ("unknown to the network", [shown(name) for name in self.unexpected]),
            ("of another shape or type (file for network)", pairs),
        )
        sentences = [_sentence(sort, entries) for sort, entries in sorts if entries]
        return "\n".join([*sentences, self.remedy] if self.remedy else sentences)

    def classes(self) -> tuple[int, int] | None:
        """Classes of file and network, when the tensors of a last layer are all that differs."""
        if self.missing or self.unexpected:
            return None
        pairs = {_first_sizes(a.shape, b.shape) for a, b in self.mismatched.values()}
        return pairs.pop() if len(pairs) == 1 else None

    def trained_classes(self) -> int | None:
        """For how many classes the file was trained, where that is known and another number than the network's."""
        pair = self.classes() or self.left_by_remedy
        return pair[0] if pair else None


def differences(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> Differences:
    """What keeps the tensors of a file from fitting the state of a network exactly; nothing where it is false."""
    found = _compare(own, tensors)
    if not found.missing or not found.unexpected:
        return found
    for theirs, ours in product(["", *shared_prefixes(tensors)], ["", *shared_prefixes(own)]):
        left = _compare(own, {ours + name.removeprefix(theirs): tensor for name, tensor in tensors.items()})
        if not left or left.classes():
            return replace(found, remedy=_rule(theirs, ours), left_by_remedy=left.classes())
    return found


def form(tensor: Tensor) -> str:
    """Shape and type of a tensor: `(7, 512) float32`."""
    return f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"


def _compare(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> Differences:
    return Differences(
        # Batch norm has counted its batches since torch 0.4.1; older files have no counter and need none.
        missing=tuple(name for name in own if name not in tensors and not name.endswith("num_batches_tracked")),
        unexpected=tuple(name for name in tensors if name not in own),
        mismatched={
            name: (tensors[name], tensor)
            for name, tensor in own.items()
            if name in tensors and not _fits(tensors[name], tensor)
        },
    )


def _rule(theirs: str, ours: str) -> str:
    if not ours:
        return f'All names begin with {shown(theirs)}: WeightsRules(strip_prefixes=("{theirs}",)) would make them fit.'
    begin = f"All names begin with {shown(theirs)} instead of" if theirs else "All names lack the beginning"
    pattern = "^" + theirs.replace(".", r"\.")
    return f'{begin} {shown(ours)}: WeightsRules(renames=((r"{pattern}", "{ours}"),)) would make them fit.'


def shared_prefixes(names: Collection[str]) -> list[str]:
    """What all names begin with, up to each of its first dots: `a.`, `a.b.`."""
    if not names:
        return []
    # What the first and the last name in alphabetical order share, all share.
    folders = [name.split(".")[:-1][:_MOST_PARTS] for name in (min(names), max(names))]
    parts = [first for first, last in takewhile(lambda pair: pair[0] == pair[1], zip(*folders, strict=False))]
    return [".".join(parts[: end + 1]) + "." for end in range(len(parts))]


def _fits(tensor: Tensor, own: Tensor) -> bool:
    return tensor.shape == own.shape and tensor.is_floating_point() == own.is_floating_point()


def _first_sizes(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, int] | None:
    """The first sizes of two shapes that differ in nothing else."""
    return (a[0], b[0]) if a and b and a[0] != b[0] and a[1:] == b[1:] else None


def _sentence(sort: str, entries: list[str]) -> str:
    more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
    return f"{len(entries)} {sort}: {', '.join(entries[:_LISTED])}{more}."
