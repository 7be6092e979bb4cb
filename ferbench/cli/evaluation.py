"""Evaluating from the command line: one data set, or one model over several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, FerbenchError, LeaderboardError
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec


def perform(
    spec: RunSpec,
    datasets: Sequence[str],
    evaluation: Evaluation,
    leaderboard: Leaderboard,
    *,
    record: bool,
    as_json: bool,
) -> int:
    """Evaluate, record where asked to, and show; the exit code says whether every image got an answer."""
    names = evaluation.names(datasets, spec)
    if record:
        # A database that cannot be written must be known before an hour of inference, not after.
        leaderboard.prepare()
    bench = Bench(evaluation, leaderboard if record else None, as_json)
    specs = [replace(spec, dataset=name) for name in names]
    return bench.one(specs[0]) if names == list(datasets) and len(specs) == 1 else bench.several(specs)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that was finished before, by its record.

    Its text names the packages that have another version by now: the key of a run does not hold them.
    """

    record: Mapping[str, Any]

    def __str__(self) -> str:
        from ferbench.pipeline.environment import version_of

        packages = self.record["environment"].get("packages", {}).items()
        others = [f"{name} {version}" for name, version in packages if version != version_of(name)]
        made = f", made with {' and '.join(others)}" if others else ""
        return f"reused: {self.record['run_id'][:8]} of {self.record['created_at'][:16].replace('T', ' ')} UTC{made}"


class Evaluation(Protocol):
    """Who evaluates: this process, or a child."""

    def names(self, datasets: Sequence[str], spec: RunSpec) -> list[str]:
        """The names of the data sets that are asked for, each once."""
        ...

    def run(self, spec: RunSpec) -> RunResult | Recorded:
        """The result of one run, or the one that is recorded already."""
        ...

    def forget(self) -> None:
        """Remove what was kept of that run in case it would be ended: its result is safe."""
        ...


@dataclass(frozen=True, slots=True)
class Bench:
    """What runs are made with: who evaluates, where they are kept (None: nowhere), and how they are shown."""

    evaluation: Evaluation
    leaderboard: Leaderboard | None
    as_json: bool

    def one(self, spec: RunSpec) -> int:
        """One run; its record is the JSON document."""
        from ferbench.cli.console import print_json

        result = self.run(spec)
        if self.as_json:
            print_json(result.record)
        return EXIT_OK if result.record["status"] == "complete" else EXIT_INCOMPLETE

    def several(self, specs: Sequence[RunSpec]) -> int:
        """One run after the other; what one of them needs and lacks does not stop the others.

        Raises:
            FerbenchError: not one of them could be made; the first says why.
        """
        from ferbench.cli.console import note, print_json

        runs: list[RunResult | Recorded] = []
        failed: dict[str, FerbenchError] = {}
        for spec in specs:
            try:
                runs.append(self.run(spec))
            except LeaderboardError:
                raise
            except FerbenchError as error:
                failed[spec.dataset] = error
                note(f"{spec.dataset} was not evaluated. {' '.join(str(error).splitlines())}", "red")
        if not runs:
            raise next(iter(failed.values()))
        if self.as_json:
            reasons = [{"dataset": name, "error": str(error)} for name, error in failed.items()]
            print_json(
                {
                    "schema_version": SCHEMA_VERSION,
                    "runs": [run.record for run in runs],
                    "reused": [run.record["run_id"] for run in runs if isinstance(run, Recorded)],
                    "not_evaluated": reasons,
                }
            )
        whole = not failed and all(run.record["status"] == "complete" for run in runs)
        return EXIT_OK if whole else EXIT_INCOMPLETE

    def run(self, spec: RunSpec) -> RunResult | Recorded:
        """Evaluate and keep what is not recorded already, and show it."""
        from ferbench.cli.console import note, show
        from ferbench.report.run_tables import run_report

        result = self.evaluation.run(spec)
        if isinstance(result, Recorded):
            note(str(result))
        elif self.leaderboard is not None:
            keep(result, self.leaderboard)
        self.evaluation.forget()
        show(run_report(result.record), as_json=self.as_json)
        return result


def keep(result: RunResult, leaderboard: Leaderboard) -> None:
    """Record a run; where that fails its numbers are shown first, for the hour of inference need not be lost."""
    from ferbench.cli.console import note, show
    from ferbench.report.run_tables import run_report

    try:
        leaderboard.record(result)
    except LeaderboardError:
        show(run_report(result.record), as_json=True)
        raise
    note(f"recorded as {result.run_id[:8]} in {leaderboard.database}")
