"""What `ferbench run` compares the evaluated images with, so that those that are there, too, are scored apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.doctor.leaks import Side
    from ferbench.pipeline.resolve import Plan

TRAIN = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakSearch:
    """The training split of the evaluated set itself, and others as `SET` or `SET:SPLIT`."""

    own_training: bool = False
    others: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.own_training or bool(self.others)

    def sides(self, plan: Plan, catalog: Catalog, settings: Settings) -> list[Side]:
        """What the images of a plan are compared with.

        Raises:
            UsageError: the set has no training split, or the evaluated images would be compared with themselves.
            UnknownName: no plugin provides a set.
            DataNotFound: nobody says where a set lies, or nothing is there.
        """
        own = [f"{plan.spec.dataset}:{training_split(plan)}"] if self.own_training else []
        return [side_of(name, plan, catalog, settings) for name in dict.fromkeys((*own, *self.others))]


def training_split(plan: Plan) -> str:
    """The training split of the evaluated set, unless that is what is evaluated."""
    card = plan.dataset.entry.card
    if TRAIN in card.splits and plan.split != TRAIN:
        return TRAIN
    found = "that is what is evaluated" if plan.split == TRAIN else f"{card.name} has only {', '.join(card.splits)}"
    raise UsageError(
        f"The images of {card.name}:{plan.split} were to be compared with the training split.",
        f"There is none to compare with: {found}.",
        "Leave --exclude-leaks out, and name what the weights were trained on: --leaks-from SET or SET:SPLIT.",
    )


def side_of(name: str, plan: Plan, catalog: Catalog, settings: Settings) -> Side:
    """What `SET` or `SET:SPLIT` means; a split of the evaluated set lies where that lies, and has its options."""
    from ferbench.doctor.leaks import Side
    from ferbench.pipeline.data_roots import find_root

    dataset, _, split = name.partition(":")
    card, spec, own = catalog.datasets.get(dataset).entry.card, plan.spec, dataset == plan.spec.dataset
    if own and split in {"", plan.split}:
        raise UsageError(
            f"The images of {dataset}:{plan.split} were to be compared with {name}.",
            "They are there by themselves.",
            f"Name another split, as in --leaks-from {dataset}:{TRAIN}, or another set.",
        )
    asked, option = (Path(spec.data_root) if spec.data_root else None, "--data-root DIR") if own else (None, "")
    return Side(
        name=name,
        registered=catalog.datasets.get(dataset),
        root=find_root(card, asked, settings, option),
        split=split or None,
        options=spec.dataset_options if own else {},
    )


def with_leaks(plan: Plan, sides: list[Side], progress: Callable[[int, int], None]) -> Plan:
    """The plan, with what of its images is on the other sides, too; all pictures are decoded for that."""
    from ferbench.doctor.leaks import found_leaks
    from ferbench.doctor.opening import OpenSplit

    name = f"{plan.spec.dataset}:{plan.split}"
    tested = OpenSplit(name=name, split=plan.split, opened=replace(plan.opened, rows=plan.rows))
    return replace(plan, leaks=found_leaks(tested, sides, plan.conduct.workers, progress))
