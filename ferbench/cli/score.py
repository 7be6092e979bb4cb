"""`ferbench score`: any metric over the stored predictions of a run, without model or data."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir, Run
from ferbench.results import SCHEMA_VERSION

NAME = "score"


def command(
    run: Run = "latest",
    metric: Annotated[
        list[str] | None, typer.Option(help="Metric, see `ferbench list metrics`.", show_default="all")
    ] = None,
    by: Annotated[str | None, typer.Option(help="One row for each value of this attribute of the images.")] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Compute metrics anew from the stored predictions; needs neither torch nor the images.

    Example: ferbench score latest --metric uar --by gender
    """
    from dataclasses import asdict

    from ferbench.audit.rescoring import rescore
    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.report.listings import scores_table

    leaderboard, catalog = open_leaderboard(db), load_catalog(plugin, plugins_dir)
    run_id = leaderboard.run_id(run)
    with redirect_stdout(sys.stderr):
        scores, broken = rescore(leaderboard, run_id, catalog, metrics=tuple(metric or ()), by=by)
    for name, error in broken.items():
        note(f"warning: without {name}: {error.found}")
    if json:
        rows = [asdict(score) for score in scores]
        print_json({"schema_version": SCHEMA_VERSION, "run_id": run_id, "scores": rows})
    else:
        show(scores_table(run_id, scores))
