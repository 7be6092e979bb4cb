"""Whether a checkpoint fits a network: a strict load without loading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError
from ferbench.pipeline.load import build
from ferbench.pipeline.state_dicts import state_dict
from ferbench.pipeline.state_differences import differences, form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from ferbench.catalog import Registered
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.state_differences import Differences

#: What a network is built for before its file says for how many classes it was trained.
_USUAL_CLASSES = 7
_MOST_CLASSES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The network that a file is compared with; `num_classes` None: as many as the file was trained for."""

    model: Registered[ModelEntry]
    num_classes: int | None
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a strict load into a network would miss; all empty where it fits. `mismatched` says file for network."""

    model: str
    num_classes: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: Mapping[str, str]
    #: The differences in words, and a rule that would mend them where there is one.
    summary: str

    @property
    def fits(self) -> bool:
        """Whether a strict load would succeed."""
        return not (self.missing or self.unexpected or self.mismatched)


def fit_into(target: Target, checkpoint: Checkpoint) -> Fit:
    """Compare a checkpoint with a network, which is built for it and not kept.

    Raises:
        UsageError: The model reads its files itself.
        WeightsError: There are no weights where its rules look.
        PluginError: Its plugin cannot build it.
    """
    card = target.model.entry.card
    if target.model.entry.open is not None:
        raise UsageError(
            f"The checkpoint {checkpoint.path} was to be compared with the model {card.name!r}.",
            "This model reads its files itself, so that ferbench cannot look into it.",
            "Leave --model out, or try the file with `ferbench run`.",
        )
    tensors = state_dict(checkpoint, target.model.entry.rules)
    num_classes = target.num_classes or _USUAL_CLASSES
    found = compare(target, num_classes, tensors)
    trained = found.trained_classes()
    if trained and target.num_classes is None and trained <= _MOST_CLASSES:
        num_classes = trained
        found = compare(target, num_classes, tensors)
    return Fit(
        model=card.name,
        num_classes=num_classes,
        missing=found.missing,
        unexpected=found.unexpected,
        mismatched={name: f"{form(a)} for {form(b)}" for name, (a, b) in found.mismatched.items()},
        summary=found.described(),
    )


def compare(target: Target, num_classes: int, tensors: Mapping[str, Tensor]) -> Differences:
    """What keeps tensors from fitting the target with this many outputs."""
    return differences(build(target.model, num_classes, target.options, seed=0).state_dict(), tensors)
