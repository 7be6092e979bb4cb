"""`ferbench leaderboard`: the boards of all recorded test sets, in many formats."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.board_output import FormatOption, show_entries, show_rows
from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.leaderboard.views import BoardView

NAME = "leaderboard"
#: Rows of each table in a terminal; documents have all.
ROWS = 50


class LabelModeOption(StrEnum):
    """How an answer outside the classes of the data set counts."""

    STRICT = "strict"
    MASK = "mask"


class GroupByOption(StrEnum):
    """What is joined to one line."""

    MODEL = "model"


class CostOption(StrEnum):
    """A cost to set against the metric."""

    PARAMS = "params"
    MACS = "macs"
    LATENCY = "latency"


class SelectionOption(StrEnum):
    """How weights were selected."""

    TEST_BEST = "test-best"
    VAL_BEST = "val-best"
    LAST = "last"
    UNKNOWN = "unknown"


def command(
    dataset: Annotated[str | None, typer.Option(help="Only the boards of this data set.")] = None,
    split: Annotated[str | None, typer.Option(help="Only the boards of this split.")] = None,
    metric: Annotated[str, typer.Option(help="Rank by this metric.")] = "accuracy",
    label_mode: Annotated[LabelModeOption, typer.Option(help="Score over all classes, or the shared ones.")] = (
        LabelModeOption.STRICT
    ),
    group_by: Annotated[
        GroupByOption | None,
        typer.Option(help="Join the runs of a model that differ in their weights alone: mean, deviation and number."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Only rows of this model.")] = None,
    selection: Annotated[
        SelectionOption | None, typer.Option(help="Only rows whose weights were selected like this.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Only rows whose weights have a licence with this text in it, such as MIT.")
    ] = None,
    pareto: Annotated[
        CostOption | None, typer.Option(help="Mark the rows that no other beats in both the metric and this cost.")
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            help="Order of the rows: a metric, or params, macs, latency. Ranks stay.", show_default="the rank"
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            help="Show at most so many rows of each table.", show_default=f"{ROWS} in a terminal, else all", min=1
        ),
    ] = None,
    form: Annotated[
        FormatOption | None, typer.Option("--format", help="How to write the boards, on stdout.", show_default="table")
    ] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """One board a test set: best first, with intervals, claims and cost; unranked rows apart, with the reason.

    Example: ferbench leaderboard --dataset rafdb --format md
    """
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.leaderboard.ranking import boards
    from ferbench.leaderboard.views import COST_FIELDS, BoardView

    chosen = chosen_format(form, json)
    leaderboard, catalog = open_leaderboard(db), load_catalog(plugin, plugins_dir)
    limit = ROWS if top is None and chosen is FormatOption.TABLE else top
    view = BoardView(
        # The mean of several runs needs all of them.
        top=None if group_by else limit,
        model=model or "",
        selection=selection.value if selection else "",
        licence=licence or "",
        sort=sort or "",
        sort_higher_first=sort is not None and sort not in COST_FIELDS and is_higher_better(sort, catalog),
        pareto=pareto.value if pareto else None,
    )
    if group_by:
        refuse_order_of_runs(view)
    higher = is_higher_better(metric, catalog)
    found = boards(leaderboard, dataset, split, metric, label_mode.value, higher_is_better=higher, view=view)
    if not found:
        say_nothing_fits(leaderboard, catalog, dataset)
    if group_by:
        show_entries(found, limit, chosen, metric)
    else:
        show_rows(found, view, catalog, chosen, metric)


def chosen_format(form: FormatOption | None, json: bool) -> FormatOption:
    """The format of --format, or of --json, which is short for one; UsageError where they contradict each other."""
    if json and form not in {None, FormatOption.JSON}:
        raise UsageError(
            f"Both --json and --format {form} were given.",
            "--json is short for --format json; one document goes to stdout.",
            "Give one of them.",
        )
    return FormatOption.JSON if json else form or FormatOption.TABLE


def refuse_order_of_runs(view: BoardView) -> None:
    """UsageError where joined runs are to be sorted or marked by what a single one costs or scores."""
    if view.sort or view.pareto:
        raise UsageError(
            "Joined runs (--group-by) were asked for in an order of single ones (--sort, --pareto).",
            "Lines of joined runs are ranked by their means, and no run of them stands for the others.",
            "Leave out --group-by, or --sort and --pareto.",
        )


def say_nothing_fits(leaderboard: Leaderboard, catalog: Catalog, dataset: str | None) -> None:
    """Say on stderr that no run fits; UnknownName where neither a plugin nor a run knows the data set."""
    from ferbench.cli.console import note

    if dataset is not None and dataset not in catalog.datasets and not leaderboard.runs(dataset=dataset):
        raise unknown_dataset(leaderboard, catalog, dataset)
    note(f"No such run is recorded in {leaderboard.database}. Begin with: ferbench run --help")


def unknown_dataset(leaderboard: Leaderboard, catalog: Catalog, dataset: str) -> UnknownName:
    """The error for a data set that nobody knows, with near names of those that somebody does."""
    from difflib import get_close_matches

    known = dict.fromkeys(
        [*(run.dataset for run in leaderboard.runs()), *(item.entry.card.name for item in catalog.datasets)]
    )
    near = get_close_matches(dataset, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    return UnknownName(
        f"The boards of the data set {dataset!r} were asked for.",
        "No run on it is recorded, and no plugin provides it.",
        f"{hint}List data sets with: ferbench list datasets",
    )


def is_higher_better(metric: str, catalog: Catalog) -> bool:
    """Whether more of a metric is better; see `direction_of`."""
    return direction_of(metric, catalog) == "higher"


def direction_of(metric: str, catalog: Catalog) -> str:
    """Whether a metric (`recall/fear` for a class) is better higher or lower; UsageError where neither is."""
    card = catalog.metrics.get(metric.partition("/")[0]).entry.card
    if card.direction == "none":
        raise UsageError(
            f"A board by {metric} was asked for.",
            "Neither more nor less of it is better.",
            "Pass a metric that `ferbench list metrics` gives a direction.",
        )
    return card.direction
