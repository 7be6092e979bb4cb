"""Gating from the command line: both sides, the verdict, what is written of it, and the exit code."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.cli.gate_outputs import announced, publish
from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Catalog
    from ferbench.cli.gate_outputs import Outputs
    from ferbench.comparison.reading import ReadRun
    from ferbench.config import Settings
    from ferbench.gate.baseline import Baseline
    from ferbench.gate.findings import Check, GateResult
    from ferbench.gate.limits import Limits
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to gate against what. `model`, `images` and `machine` are fields of a RunSpec; None is "as the baseline"."""

    baseline: str
    run: str | None
    model: Mapping[str, Any]
    images: Mapping[str, Any]
    machine: Mapping[str, Any]
    baseline_weights: str | None
    update: bool

    @property
    def path(self) -> Path:
        """The baseline, where it is a file."""
        return Path(self.baseline)

    @property
    def asked(self) -> dict[str, Any]:
        """Everything that is asked for of the side under test."""
        return {**self.model, **self.images, **self.machine}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderTest:
    """The side under test: a run, its record, and its result where it was evaluated here."""

    run: ReadRun
    record: Mapping[str, Any]
    result: RunResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a gate works with."""

    request: Request
    limits: Limits
    catalog: Catalog
    leaderboard: Leaderboard
    settings: Settings

    def under_test(self, baseline: Baseline) -> UnderTest:
        """The run that is named, else one that is evaluated now: never one that happens to be stored."""
        from ferbench.comparison.reading import read_result, read_run

        if self.request.run is None:
            result = self.evaluated(self.spec(baseline))
            return UnderTest(run=read_result(result), record=result.record, result=result)
        run_id = self.leaderboard.run_id(self.request.run)
        return UnderTest(run=read_run(self.leaderboard, run_id), record=self.leaderboard.record_of(run_id))

    def spec(self, baseline: Baseline) -> RunSpec:
        """What to evaluate; its own latency is of use only where it is not measured beside the baseline's."""
        from ferbench.gate.candidate import spec_like

        timing = bool(self.limits.slowdowns) and self.request.baseline_weights is None
        return spec_like(baseline.record, {**self.request.asked, "timing": timing})

    def evaluated(self, spec: RunSpec) -> RunResult:
        """A run that is recorded nowhere."""
        from ferbench.cli.console import progress_bar
        from ferbench.pipeline.run import Evaluator

        with progress_bar(f"{spec.model} on {spec.dataset}") as progress, redirect_stdout(sys.stderr):
            return Evaluator(self.catalog, self.settings).evaluate(spec, progress)

    def latencies(self, baseline: Baseline, tested: UnderTest) -> tuple[Check, ...]:
        """The checks of latencies."""
        from ferbench.gate.candidate import spec_like
        from ferbench.gate.latency import reported_checks, timed_checks

        limits, weights = self.limits.slowdowns, self.request.baseline_weights
        if weights is None:
            return reported_checks(limits, baseline.record["cost"], tested.record["cost"])
        old = spec_like(baseline.record, {**self.request.images, **self.request.machine, "weights": weights})
        sha256 = str(baseline.record["weights"]["sha256"])
        return timed_checks(limits, old, sha256, self.spec(baseline), self.catalog, self.settings)

    def verdict(self, baseline: Baseline, tested: UnderTest) -> GateResult:
        """What the gate says; an incomplete run need not be compared, and often cannot be."""
        from ferbench.gate.judging import judge, undecided
        from ferbench.gate.versions import other_versions

        if tested.run.predictions.broken:
            return undecided(baseline.record, tested.run, self.limits.rule)
        run = baseline.beside(tested.run.test_set)
        result = judge(run, tested.run, self.catalog, self.limits, self.latencies(baseline, tested))
        return replace(result, notes=(*result.notes, *other_versions(baseline.record, tested.record)))

    def update(self, tested: UnderTest) -> None:
        """Make the side under test the baseline."""
        from ferbench.gate.update import write_result, write_run

        if tested.result is not None:
            write_result(tested.result, self.catalog, self.request.path)
        else:
            write_run(self.leaderboard, tested.run.run_id, self.catalog, self.request.path)


def perform(request: Request, limits: Limits, catalog: Catalog, leaderboard: Leaderboard, outputs: Outputs) -> int:
    """Gate, show and write; the exit code is that of the verdict."""
    from ferbench.cli.gate_preflight import check
    from ferbench.config import Settings

    with announced():
        check(request, limits, outputs)
        bench = Bench(
            request=request, limits=limits, catalog=catalog, leaderboard=leaderboard, settings=Settings.load()
        )
        if request.update and not request.path.exists():
            return first_baseline(bench, outputs)
        return gate(bench, outputs)


def gate(bench: Bench, outputs: Outputs) -> int:
    """Both sides, then the verdict, then what follows from it."""
    from ferbench.gate.baseline import find_baseline
    from ferbench.gate.metric_checks import require_gateable

    baseline = find_baseline(bench.request.baseline, bench.leaderboard)
    require_gateable(bench.limits, bench.catalog, tuple(baseline.record["dataset_classes"]))
    # What a plugin prints must not end up in the document on stdout.
    with redirect_stdout(sys.stderr):
        tested = bench.under_test(baseline)
        result = bench.verdict(baseline, tested)
    updated = bench.request.update and result.verdict == "passed"
    if updated:
        bench.update(tested)
    publish(result, outputs, str(bench.request.path) if updated else None, wanted=bench.request.update)
    return result.exit_code


def first_baseline(bench: Bench, outputs: Outputs) -> int:
    """Evaluate and write what later runs are held against; there is nothing yet to compare with."""
    from ferbench.cli.console import note, print_json
    from ferbench.gate.candidate import spec_from_scratch
    from ferbench.gate.update import write_result

    result = bench.evaluated(spec_from_scratch({**bench.request.asked, "timing": bool(bench.limits.slowdowns)}))
    path, complete = str(bench.request.path), result.record["status"] == "complete"
    if complete:
        write_result(result, bench.catalog, bench.request.path)
        note(f"{path} is the first baseline, run {result.run_id[:8]}; nothing was compared.")
    else:
        note(
            f"{len(result.record['failures'])} images have no answer: this is no baseline, and was not written.", "red"
        )
    if outputs.as_json:
        verdict = {"verdict": "first_baseline" if complete else "incomplete", "run_id": result.run_id}
        print_json({"schema_version": SCHEMA_VERSION, **verdict, "updated_baseline": path if complete else None})
    return EXIT_OK if complete else EXIT_INCOMPLETE
