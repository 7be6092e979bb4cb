"""`ferbench import`: the run of another lab into this leaderboard."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.cli.verify import DatasetOption, shelf_of

NAME = "import"


def command(
    file: Annotated[Path, typer.Argument(help="The bundle, as `ferbench bundle` wrote it.")],
    data_root: Annotated[
        Path | None,
        typer.Option(
            help="Your folder of the data set, for labels that are not in the bundle.", show_default="configured"
        ),
    ] = None,
    dataset_option: DatasetOption = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Verify the bundle of another lab, and record its run here; boards mark it as imported.

    Example: ferbench import theirs.ferbench --data-root /data/rafdb
    """
    from ferbench.audit.accepting import accept
    from ferbench.cli.console import note, print_json, show
    from ferbench.report.run_tables import run_report

    shelf = shelf_of(data_root, dataset_option, plugin, plugins_dir, db)
    shelf.leaderboard.prepare()
    with redirect_stdout(sys.stderr):
        run_id, is_new = accept(file, shelf)
    record = shelf.leaderboard.record_of(run_id)
    note(
        f"imported as {run_id[:8]} into {shelf.leaderboard.database}" if is_new else f"{run_id[:8]} was imported before"
    )
    if json:
        print_json(record)
    else:
        show(run_report(record))
