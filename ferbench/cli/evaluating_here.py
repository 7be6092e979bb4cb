"""Evaluating in this process: what `ferbench run` does unless it is told to isolate."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.catalog import Catalog
    from ferbench.cli.leak_search import LeakSearch
    from ferbench.config import Settings
    from ferbench.pipeline.earlier import Earlier
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.run import Evaluator
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec

ALL = "all"


@dataclass(frozen=True, slots=True)
class Here:
    """Evaluates one specification after the other; a model is loaded once for those in a row that need the same."""

    evaluator: Evaluator
    search: LeakSearch

    @classmethod
    def of(cls, catalog: Catalog, search: LeakSearch, *, resume: bool) -> Here:
        """With the plugins of a catalog and the settings of this folder; `resume` as for an Evaluator."""
        from ferbench.config import Settings
        from ferbench.pipeline.run import Evaluator

        return cls(Evaluator(catalog, Settings.load(), resume=resume), search)

    def names(self, datasets: Sequence[str], spec: RunSpec) -> list[str]:
        """As `chosen`."""
        return chosen(datasets, spec, self.evaluator.catalog, self.evaluator.settings)

    def run(self, spec: RunSpec) -> RunResult:
        """The result of one run.

        Raises:
            FerbenchError: whatever the run needs is missing, broken or not comparable.
        """
        # What a plugin prints must not end up in the document on stdout.
        with redirect_stdout(sys.stderr):
            return self.carry_out(self.searched(self.evaluator.plan(spec)))

    def carry_out(self, plan: Plan, earlier: Earlier | None = None) -> RunResult:
        """As `Evaluator.carry_out`, with a progress bar."""
        from ferbench.cli.console import progress_bar

        with progress_bar(f"{plan.spec.model} on {plan.spec.dataset}") as progress:
            return self.evaluator.carry_out(plan, progress, earlier)

    def forget(self) -> None:
        """As `Evaluator.forget`."""
        self.evaluator.forget()

    def searched(self, plan: Plan) -> Plan:
        """The plan, with which of its images other data hold, too, where that was asked for."""
        from ferbench.cli.console import progress_bar
        from ferbench.cli.leak_search import with_leaks

        if not self.search:
            return plan
        sides = self.search.sides(plan, self.evaluator.catalog, self.evaluator.settings)
        with progress_bar(f"leaks into {plan.spec.dataset}") as progress:
            return with_leaks(plan, sides, progress)


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
