"""All checks. A new one stands in a family's CHECKS, in plugin-checks.md, and has a fault that it catches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.testing.dataset_checks import manifest, opening, reading, refusals, splits
from ferbench.testing.metric_checks import absences, laws, reference, values
from ferbench.testing.model_checks import (
    batches,
    building,
    checkpoints,
    exports,
    facts,
    inputs,
    outputs,
    tensor_formats,
    untrusted_files,
)
from ferbench.testing.plugin_checks import discovery, side_effects, sources

if TYPE_CHECKING:
    from ferbench.testing.check import Check, Kind

FAMILIES = (
    *(discovery, side_effects, sources),
    *(building, checkpoints, untrusted_files, outputs, batches, tensor_formats, inputs, facts, exports),
    *(opening, manifest, splits, reading, refusals),
    *(values, laws, absences, reference),
)

CHECKS: tuple[Check, ...] = tuple(check for family in FAMILIES for check in family.CHECKS)


def checks_for(kind: Kind) -> list[Check]:
    """The checks of a kind, in the order in which they run."""
    return [check for check in CHECKS if kind in check.kinds]
