"""From rows of a ledger to claims, with units and names brought to ferbench's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from ferbench.cards import CostUnit, Selection
from ferbench.ledger.aliases import METRICS, OTHER, REPORTED_SPLIT, SPLITS, dataset_of, metric_of, split_of
from ferbench.ledger.cells import BadCell, Cells
from ferbench.ledger.claims import AUTHORS, Flag, Mark, ReportedClaim, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Catalog
    from ferbench.ledger.claims import Place

UNITS = ("percent", "fraction", "other")
SOURCE_KEYS = ("source_kind", "source", "reported_by", "year", "mark", "notes")
WHERE_KEYS = ("model", "title", "dataset", "split")
CLAIM_KEYS = (
    *WHERE_KEYS,
    *("n", "num_classes", "label_rule", "metric", "value", "unit", "selection", "runs", "extra_data"),
    *("params_millions", "giga_operations", "cost_unit"),
    *SOURCE_KEYS,
    "flags",
)
NEEDED = frozenset({"model", "dataset", "source_kind", "source", "mark"})
CLAIM_NEEDS = NEEDED | {"value", "selection"}

_SLUG = re.compile(r"[a-z0-9][a-z0-9_.:/-]*")
_RUNS = re.compile(r"1|(max|mean) of [1-9][0-9]{0,3}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_FRACTION = re.compile(r"[01]\.[0-9]{2,8}")
_YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that rows may use, besides those that ferbench always knows."""

    splits: Mapping[str, tuple[str, ...]]
    default_splits: Mapping[str, str]
    metrics: tuple[str, ...]

    @classmethod
    def of(cls, catalog: Catalog) -> Names:
        """The names of the loaded plugins."""
        cards = [item.entry.card for item in catalog.datasets]
        return cls(
            splits={card.name: card.splits for card in cards},
            default_splits={card.name: card.default_split for card in cards} | REPORTED_SPLIT,
            metrics=tuple(item.entry.card.name for item in catalog.metrics),
        )


def claim_of(values: Mapping[str, Any], place: Place, names: Names) -> ReportedClaim:
    """The claim in a row.

    Raises:
        BadCell: a key is not known or missing, or its value means nothing.
    """
    cells = cells_of(values, CLAIM_KEYS, CLAIM_NEEDS)
    unit, text = value_of(cells)
    metric = read_metric(cells, names)
    runs = cells.text("runs")
    if runs is not None and not _RUNS.fullmatch(runs):
        raise cells.bad("runs", "It is 1, `max of K` or `mean of K`.")
    return ReportedClaim(
        **where(cells, names),
        n=cells.whole("n"),
        num_classes=cells.whole("num_classes", 2, 100),
        label_rule=cells.text("label_rule"),
        metric=metric,
        value=float(text) if unit == "other" else float(Decimal(text) / 100),
        decimals=len(text.partition(".")[2]),
        text=text,
        unit="other" if unit == "other" else "percent",
        selection=cells.chosen("selection", get_args(Selection)),
        runs=runs,
        extra_data=cells.texts("extra_data"),
        **cost_of(cells),
        **source_of(cells),
        flags=flags_of(cells),
        place=place,
    )


def cells_of(values: Mapping[str, Any], known: tuple[str, ...], needed: frozenset[str]) -> Cells:
    """A row without unknown keys."""
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise BadCell(key, "is no key of such a row", f"Its keys are {', '.join(known)}.{hint}")
    return Cells(values, needed)


def where(cells: Cells, names: Names) -> dict[str, Any]:
    """Which model on which data set."""
    model = cells.text("model")
    if model is None or not _SLUG.fullmatch(model):
        raise cells.bad("model", "It is a name in lower case: letters, digits and any of _.:/-")
    dataset, word = read_dataset(cells, names)
    split = split_of(dataset, cells.text("split") or word or names.default_splits[dataset])
    possible = tuple(dict.fromkeys((*names.splits.get(dataset, ()), *SPLITS)))
    if split not in possible:
        raise BadCell("split", f"= {split!r}", f"It is one of {', '.join(possible)}.")
    return {"model": model, "title": cells.text("title") or model, "dataset": dataset, "split": split}


def read_dataset(cells: Cells, names: Names) -> tuple[str, str | None]:
    """The data set by ferbench's name, and the word for a split that stands in what was written."""
    text = cells.text("dataset") or ""
    if text in names.default_splits:
        return text, None
    name, word = dataset_of(text, cells.whole("num_classes", 2, 100))
    if name is not None:
        return name, word
    known = sorted(names.default_splits)
    raise cells.bad("dataset", f"It is one of {', '.join(known)}, or AffectNet with num_classes = 7 or 8.")


def read_metric(cells: Cells, names: Names) -> str:
    """The metric by ferbench's name."""
    text = cells.text("metric") or "accuracy"
    metric = text if text in names.metrics else metric_of(text)
    if metric is None:
        possible = sorted({*METRICS, *names.metrics} - {OTHER})
        raise cells.bad("metric", f"It is one of {', '.join(possible)}, or {OTHER}.")
    return metric


def value_of(cells: Cells) -> tuple[str, str]:
    """The unit, and the value in percent, or as it was printed in unit `other`."""
    unit, value = cells.chosen("unit", UNITS) or "percent", cells.get("value")
    if isinstance(value, str) and unit == "fraction" and _FRACTION.fullmatch(value) and Decimal(value) <= 1:
        return unit, str(Decimal(value).scaleb(2))
    most = 100 if unit == "percent" else 10**9
    if isinstance(value, str) and unit != "fraction" and _DECIMAL.fullmatch(value) and Decimal(value) <= most:
        return unit, value
    allowed = {"percent": "from 0 to 100", "fraction": "from 0.00 to 1.00, with two digits or more", "other": ""}
    raise cells.bad("value", f'It is a decimal number {allowed[unit]} in quotes ("93.00"), so that its zeros are kept.')


def cost_of(cells: Cells) -> dict[str, Any]:
    """Parameters, operations, and what the operations count."""
    operations, unit = cells.number("giga_operations"), cells.chosen("cost_unit", get_args(CostUnit))
    if (operations is None) != (unit is None):
        key = "cost_unit" if operations else "giga_operations"
        raise BadCell(key, "is missing", f"giga_operations goes with cost_unit: {', '.join(get_args(CostUnit))}.")
    return {"params_millions": cells.number("params_millions"), "giga_operations": operations, "cost_unit": unit}


def source_of(cells: Cells) -> dict[str, Any]:
    """Where the number stands, who reports it, and how it is known."""
    return {
        "source_kind": cells.chosen("source_kind", get_args(SourceKind)),
        "source": cells.text("source"),
        "reported_by": cells.text("reported_by") or AUTHORS,
        "year": cells.whole("year", *_YEARS),
        "mark": cells.chosen("mark", get_args(Mark)),
        "notes": cells.text("notes") or "",
    }


def flags_of(cells: Cells) -> tuple[Flag, ...]:
    """What a reader must know before believing the number."""
    stated = cells.texts("flags", get_args(Flag)) or ()
    return tuple(flag for flag in get_args(Flag) if flag in stated)
