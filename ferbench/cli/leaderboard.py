"""`ferbench leaderboard`: the boards of all recorded test sets."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.errors import UsageError
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.ranking import BoardRow

NAME = "leaderboard"


class LabelModeOption(StrEnum):
    """How an answer outside the classes of the data set counts."""

    STRICT = "strict"
    MASK = "mask"


def command(
    dataset: Annotated[str | None, typer.Option(help="Only the boards of this data set.")] = None,
    split: Annotated[str | None, typer.Option(help="Only the boards of this split.")] = None,
    metric: Annotated[str, typer.Option(help="Sort by this metric.")] = "accuracy",
    label_mode: Annotated[LabelModeOption, typer.Option(help="Score over all classes, or the shared ones.")] = (
        LabelModeOption.STRICT
    ),
    top: Annotated[int, typer.Option(help="Show at most so many rows of each table; --json has all.", min=1)] = 50,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """One board a test set: best first, with intervals and cost; unranked rows apart, with the reason.

    Example: ferbench leaderboard --dataset rafdb
    """
    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.leaderboard.ranking import boards
    from ferbench.report.board_tables import BoardsReport

    leaderboard = open_leaderboard(db)
    direction = direction_of(metric, load_catalog(plugin, plugins_dir))
    found = boards(leaderboard, dataset, split, metric, label_mode.value, higher_is_better=direction == "higher")
    if json:
        identity = ("dataset", "split", "items_sha256", "label_mode", "n")
        rows = [
            {**{name: getattr(board, name) for name in identity}, **row_document(row)}
            for board in found
            for row in board.rows
        ]
        print_json({"schema_version": SCHEMA_VERSION, "rows": rows})
    elif found:
        show(BoardsReport(found, top))
    else:
        note(f"No such run is recorded in {leaderboard.database}. Begin with: ferbench run --help")


def row_document(row: BoardRow) -> dict[str, Any]:
    """A row as JSON data; `ranked` says whether it stands among the ranked rows now."""
    from dataclasses import asdict

    return {**asdict(row), "ranked": row.rank is not None}


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
