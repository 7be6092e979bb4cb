"""`ferbench matrix`: what every model scores on every test set."""

from __future__ import annotations

from typing import Annotated

import typer

from ferbench.cli.leaderboard import LabelModeOption, direction_of
from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

NAME = "matrix"


def command(
    metric: Annotated[str, typer.Option(help="The metric in the cells.")] = "accuracy",
    label_mode: Annotated[LabelModeOption, typer.Option(help="Score over all classes, or the shared ones.")] = (
        LabelModeOption.STRICT
    ),
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """The cross-data-set table of ranked runs: one row a model with its weights, one column a test set.

    Example: ferbench matrix --metric uar
    """
    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.leaderboard.matrix import matrix
    from ferbench.leaderboard.ranking import boards
    from ferbench.report.matrix_tables import matrix_document, matrix_table

    leaderboard = open_leaderboard(db)
    higher = direction_of(metric, load_catalog(plugin, plugins_dir)) == "higher"
    found = matrix(boards(leaderboard, None, None, metric, label_mode.value, higher_is_better=higher), metric)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, **matrix_document(found)})
    elif found.entries:
        show(matrix_table(found))
    else:
        note(f"No ranked run is recorded in {leaderboard.database}. Begin with: ferbench run --help")
