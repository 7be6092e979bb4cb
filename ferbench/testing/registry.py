"""All checks. A new one stands in a family's CHECKS, in plugin-checks.md, and has a fault that it catches."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ferbench.errors import UnknownName
from ferbench.testing.dataset_checks import manifest, opening, reading, refusals, splits
from ferbench.testing.detector_checks import finding, stating
from ferbench.testing.metric_checks import absences, laws, reference, values
from ferbench.testing.model_checks import (
    batches,
    building,
    checkpoints,
    exports,
    facts,
    inputs,
    outputs,
    published_cost,
    tensor_formats,
    untrusted_files,
)
from ferbench.testing.plugin_checks import discovery, side_effects, sources

if TYPE_CHECKING:
    from collections.abc import Collection

    from ferbench.testing.check import Check, Kind

FAMILIES = (
    *(discovery, side_effects, sources),
    *(building, checkpoints, untrusted_files, outputs, batches, tensor_formats, inputs, facts),
    *(published_cost, exports),
    *(opening, manifest, splits, reading, refusals),
    *(values, laws, absences, reference),
    *(finding, stating),
)

CHECKS: tuple[Check, ...] = tuple(check for family in FAMILIES for check in family.CHECKS)


def checks_for(kind: Kind) -> list[Check]:
    """The checks of a kind, in the order in which they run."""
    return [check for check in CHECKS if kind in check.kinds]


def require_known(names: Collection[str]) -> None:
    """Refuse a name of no check: what is left out by a misspelt name is not left out.

    Raises:
        UnknownName: the first such name; near ones are suggested.
    """
    known = [check.name for check in CHECKS]
    unknown = next((name for name in names if name not in known), None)
    if unknown is None:
        return
    near = get_close_matches(unknown, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    raise UnknownName(
        f"The check {unknown!r} was to be left out.",
        "There is no check of this name.",
        f"{hint}They are {', '.join(known)}.",
    )
