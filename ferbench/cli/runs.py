"""`ferbench runs`: every recorded run, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database
from ferbench.results import SCHEMA_VERSION

NAME = "runs"


def command(
    dataset: Annotated[str | None, typer.Option(help="Only runs on this data set.")] = None,
    model: Annotated[str | None, typer.Option(help="Only runs of this model.")] = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """All recorded runs, newest first, the invalidated ones included.

    Example: ferbench runs --model poster_v2
    """
    from dataclasses import asdict

    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import open_leaderboard
    from ferbench.report.listings import runs_table

    rows = open_leaderboard(db).runs(dataset=dataset, model=model)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "runs": [asdict(row) for row in rows]})
    else:
        show(runs_table(rows))
