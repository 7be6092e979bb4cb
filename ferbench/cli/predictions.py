"""`ferbench predictions`: the stored outputs of a run as CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import Database, Run

NAME = "predictions"


def command(
    run: Run = "latest",
    out: Annotated[Path | None, typer.Option(help="CSV file to write.", show_default="stdout")] = None,
    db: Database = None,
) -> None:
    """Every image of a run: id, label, prediction and all outputs, in the model's class order, at full precision.

    Example: ferbench predictions latest --out predictions.csv
    """
    from ferbench.cli.console import output_to
    from ferbench.cli.options import open_leaderboard
    from ferbench.report.exports import write_predictions

    predictions = open_leaderboard(db).predictions(run)
    if out is None:
        with output_to("stdout"):
            write_predictions(predictions, sys.stdout)
            sys.stdout.flush()
        return
    with output_to(str(out)), out.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        write_predictions(predictions, file)
