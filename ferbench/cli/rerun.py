"""`ferbench run --rerun`: finished runs that stand in the leaderboard are not computed again unless asked."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ferbench.cli.evaluating_here import Here
from ferbench.cli.evaluation import Recorded
from ferbench.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.audit.reuse import Answer
    from ferbench.cli.evaluation import Evaluation
    from ferbench.cli.in_child import InChild
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec


class Rerun(StrEnum):
    """Which runs are computed although they may be finished already."""

    NEVER = "never"
    MISSING = "missing"
    FAILED = "failed"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Reusing:
    """Evaluates in this process what is not recorded yet."""

    here: Here
    leaderboard: Leaderboard
    rerun: Rerun

    def names(self, datasets: Sequence[str], spec: RunSpec) -> list[str]:
        """As `Here.names`."""
        return self.here.names(datasets, spec)

    def run(self, spec: RunSpec) -> RunResult | Recorded:
        """The run that is recorded already, or one that is made now, with the predictions of a recorded one if it can.

        Raises:
            MissingError: nothing may be computed, and no recorded run says all that is asked for.
            FerbenchError: as `Here.run`.
        """
        # What a plugin prints must not end up in the document on stdout.
        with redirect_stdout(sys.stderr):
            outline = self.here.searched(self.here.evaluator.outline(spec))
            answer = self.answer(outline)
            if answer.whole is not None:
                return Recorded(answer.whole)
            if self.rerun is Rerun.NEVER:
                raise self.not_found(spec, answer)
            return self.compute(outline, answer)

    def answer(self, outline: Plan) -> Answer:
        """What the leaderboard has of a run."""
        from ferbench.audit.reuse import finished

        weights = self.here.evaluator.weights_sha256
        complete = self.rerun is Rerun.FAILED
        return finished(outline, lambda: weights(outline), self.leaderboard, complete=complete)

    def compute(self, outline: Plan, answer: Answer) -> RunResult:
        """What is missing."""
        from ferbench.cli.console import note

        for reason in answer.reasons:
            note(f"not reused: {reason}")
        if answer.earlier is not None:
            note(f"the predictions of run {answer.earlier.run_id[:8]} are used again")
        return self.here.carry_out(self.here.evaluator.with_tensors(outline), answer.earlier)

    def not_found(self, spec: RunSpec, answer: Answer) -> MissingError:
        """The error where nothing may be computed."""
        return MissingError(
            f"The finished run of {spec.model} on {spec.dataset} was to be shown, and nothing to be computed.",
            f"In {self.leaderboard.database}: {answer.absent or '; '.join(answer.reasons)}.",
            "Leave --rerun never out to compute it, or name the database with --db.",
        )

    def forget(self) -> None:
        """As `Here.forget`."""
        self.here.forget()


def with_finished_runs(evaluation: Here | InChild, leaderboard: Leaderboard | None, rerun: Rerun) -> Evaluation:
    """The same evaluation, which looks first at what a leaderboard has; None: it is to be left alone.

    Raises:
        UsageError: nothing may be computed, and there is nowhere to look.
    """
    if rerun is Rerun.ALWAYS:
        return evaluation
    if isinstance(evaluation, Here) and leaderboard is not None:
        return Reusing(evaluation, leaderboard, rerun)
    if rerun is Rerun.NEVER:
        raise UsageError(
            "--rerun never was given with --isolate or --no-record.",
            "In a process of its own every run is computed, and without a record the leaderboard is left alone.",
            "Leave one of them out.",
        )
    return evaluation
