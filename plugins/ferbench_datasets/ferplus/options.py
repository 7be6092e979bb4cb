"""The options of FERPlus: which rule makes labels of votes, how many classes, whose lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError
from ferbench_datasets.choices import one_of
from ferbench_datasets.ferplus.card import CARD, CLASSES_OF, USAGES
from ferbench_datasets.ferplus.rules import RULES
from ferbench_datasets.request import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.emotions import ClassOrder

LIST_RULE = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class FerplusOptions:
    """`label_rule` names a rule, `num_classes` is 8 or 7, `list` is a file and `ran_lists` a folder."""

    label_rule: str | None = None
    num_classes: str | None = None
    list: str | None = None
    ran_lists: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """What the options ask for: a rule, the classes that are kept, and the list where the rule is one."""

    rule: str
    classes: ClassOrder
    list: Path | None
    ran_lists: str | None

    @property
    def words(self) -> str:
        """The rule and the classes, for a record."""
        name = "" if self.list is None else f" {self.list.name}"
        return f"label rule {self.rule}{name}, {len(self.classes)} classes"

    def usages(self, split: str) -> tuple[str, ...]:
        """The usages whose pictures may be in a split, its own first: lists merge training and validation."""
        merged = split == "train" and self.list is not None
        return (USAGES["train"], USAGES["valid"]) if merged else (USAGES[split],)


def read_labelling(given: Mapping[str, Any]) -> Labelling:
    """The options, checked: values that FERPlus knows, and a list with the rule that needs one and with no other."""
    options = read_options(FerplusOptions, CARD, given)
    rule = one_of(CARD, "label_rule", options.label_rule, (*RULES, LIST_RULE), "majority")
    number = one_of(CARD, "num_classes", options.num_classes, CLASSES_OF, "8")
    if (rule == LIST_RULE) != (options.list is not None):
        raise UsageError(
            f"label_rule={rule} was given for FERPlus, with {f'list={options.list}' if options.list else 'no list'}.",
            "A list belongs to the rule `list`, and to no other.",
            "Pass both, label_rule=list and list=PATH, or neither.",
        )
    path = None if options.list is None else Path(options.list).expanduser()
    return Labelling(rule=rule, classes=CLASSES_OF[number], list=path, ran_lists=options.ran_lists)
