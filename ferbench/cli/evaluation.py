"""Evaluating from the command line: one data set, or one model over several."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, FerbenchError, LeaderboardError, MissingError, UsageError
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.cli.leak_search import LeakSearch
    from ferbench.config import Settings
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.run import Evaluator
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec

ALL = "all"


def perform(
    spec: RunSpec,
    datasets: Sequence[str],
    catalog: Catalog,
    leaderboard: Leaderboard,
    search: LeakSearch,
    *,
    record: bool,
    as_json: bool,
) -> int:
    """Evaluate, record where asked to, and show; the exit code says whether every image got an answer."""
    from ferbench.config import Settings

    settings = Settings.load()
    names = chosen(datasets, spec, catalog, settings)
    if record:
        # A database that cannot be written must be known before an hour of inference, not after.
        leaderboard.prepare()
    from ferbench.pipeline.run import Evaluator

    bench = Bench(Evaluator(catalog, settings), search, leaderboard if record else None, as_json)
    specs = [replace(spec, dataset=name) for name in names]
    return bench.one(specs[0]) if names == list(datasets) and len(specs) == 1 else bench.several(specs)


@dataclass(frozen=True, slots=True)
class Bench:
    """What runs are made with: an evaluator, what their images are compared with, where they are kept, how shown.

    `leaderboard` is None for runs that are not kept.
    """

    evaluator: Evaluator
    search: LeakSearch
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

        records: list[Mapping[str, Any]] = []
        failed: dict[str, FerbenchError] = {}
        for spec in specs:
            try:
                records.append(self.run(spec).record)
            except LeaderboardError:
                raise
            except FerbenchError as error:
                failed[spec.dataset] = error
                note(f"{spec.dataset} was not evaluated. {' '.join(str(error).splitlines())}", "red")
        if not records:
            raise next(iter(failed.values()))
        if self.as_json:
            reasons = [{"dataset": name, "error": str(error)} for name, error in failed.items()]
            print_json({"schema_version": SCHEMA_VERSION, "runs": records, "not_evaluated": reasons})
        whole = not failed and all(record["status"] == "complete" for record in records)
        return EXIT_OK if whole else EXIT_INCOMPLETE

    def run(self, spec: RunSpec) -> RunResult:
        """Evaluate, keep, show."""
        from ferbench.cli.console import progress_bar, show
        from ferbench.report.run_tables import run_report

        # What a plugin prints must not end up in the document on stdout.
        with redirect_stdout(sys.stderr):
            plan = self.plan(spec)
            with progress_bar(f"{spec.model} on {spec.dataset}") as progress:
                result = self.evaluator.carry_out(plan, progress)
        if self.leaderboard is not None:
            keep(result, self.leaderboard)
        show(run_report(result.record), as_json=self.as_json)
        return result

    def plan(self, spec: RunSpec) -> Plan:
        """What is to be evaluated, and which of the images other data hold, too, where that was asked for."""
        from ferbench.cli.console import progress_bar
        from ferbench.cli.leak_search import with_leaks

        plan = self.evaluator.plan(spec)
        if not self.search:
            return plan
        sides = self.search.sides(plan, self.evaluator.catalog, self.evaluator.settings)
        with progress_bar(f"leaks into {spec.dataset}") as progress:
            return with_leaks(plan, sides, progress)


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


def chosen(datasets: Sequence[str], spec: RunSpec, catalog: Catalog, settings: Settings) -> list[str]:
    """The names of the data sets, each once; `all` stands for those whose folder is known, or that need none.

    Raises:
        UnknownName: no plugin provides one of them.
        UsageError: several were asked for with an option that belongs to one.
        MissingError: no data set is here.
    """
    names = list(dict.fromkeys(datasets))
    several = ALL in names or len(names) > 1
    if several and ((ALL in names and len(names) > 1) or spec.data_root or spec.dataset_options):
        raise UsageError(
            f"Several data sets were asked for: {', '.join(names)}.",
            "--data-root and --dataset-option belong to one data set, and `all` stands alone.",
            'Name the folders in ferbench.toml, as in: [data] rafdb = "DIR"',
        )
    if names == [ALL]:
        return data_sets_here(catalog, settings)
    for name in names:
        # A misspelt name must be known before an hour of inference on the others, not after.
        catalog.datasets.get(name)
    return names


def data_sets_here(catalog: Catalog, settings: Settings) -> list[str]:
    """The data sets that can be opened without being told where they are, in the order of the catalog."""
    from ferbench.config import unreachable

    cards = [item.entry.card for item in catalog.datasets]
    roots = {card.name: settings.data_root(card.name) for card in cards}
    here = {name for name, root in roots.items() if root and not unreachable(root)}
    names = [card.name for card in cards if card.name in here or not card.needs_root]
    if names:
        return names
    raise MissingError(
        "All data sets that are here were asked for.",
        "No folder of any is configured.",
        'Name the folders in ferbench.toml, as in: [data] rafdb = "DIR"',
    )
