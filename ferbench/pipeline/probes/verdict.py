"""What a guard says of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "warning", "contradicted", "inconclusive", "not applicable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a guard found.

    `finding` is what was measured. `warning` is what a reader should make of it and what can be done, and
    `not_ranked_because` why the run may not be ranked; each is empty where there is nothing to say.
    """

    probe: str
    outcome: Outcome
    finding: str
    warning: str = ""
    not_ranked_because: str = ""
