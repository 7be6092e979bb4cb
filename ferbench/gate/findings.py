"""What a gate finds: plain data, which tables, reports and `--json` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, VerificationFailed

if TYPE_CHECKING:
    from ferbench.gate.limits import FailOn
    from ferbench.leaderboard.statistics.paired import PairedCounts

Kind = Literal["metric", "drift", "latency"]
#: `reported` is shown and decides nothing.
Outcome = Literal["passed", "failed", "reported"]
Verdict = Literal["passed", "failed", "incomplete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of a gate and its answer.

    `worse_by` is, by kind: the drop of a metric, positive where the new run is worse, in `unit` (`points` are
    percentage points); how far outputs drifted; the ratio of latencies, new to baseline. `baseline` and `new` are the
    values themselves, a metric's in its own unit and a latency's in milliseconds; None where there are none. `p` is
    that of "the new run is no worse", one-sided, and adjusted over the metrics of the gate.
    """

    name: str
    kind: Kind
    outcome: Outcome
    allowed: float
    worse_by: float | None = None
    unit: str = ""
    baseline: float | None = None
    new: float | None = None
    p: float | None = None
    #: Why nothing was decided.
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who stands on one side of a gate."""

    run_id: str
    model: str
    weights: str
    weights_sha256: str
    input: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Everything that `ferbench gate` says. `counts` are of strict answers, the baseline being first; None without any.

    `detectable` is the smallest true drop of the accuracy, as a fraction, that the test finds with a power of 0.8 at
    this share of discordant images. `unanswered` images of the new run should have had an answer.
    """

    baseline: Party
    new: Party
    dataset: str
    split: str
    n: int
    alpha: float
    fail_on: FailOn
    notes: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    counts: PairedCounts | None = None
    detectable: float | None = None
    other_pixels: int = 0
    unanswered: int = 0

    @property
    def verdict(self) -> Verdict:
        """What the gate says; images without an answer leave nothing to say."""
        if self.unanswered:
            return "incomplete"
        return "failed" if any(check.outcome == "failed" for check in self.checks) else "passed"

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        codes = {"passed": EXIT_OK, "failed": VerificationFailed.exit_code, "incomplete": EXIT_INCOMPLETE}
        return codes[self.verdict]
