"""`ferbench leaderboard`: the boards of all recorded test sets."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database
from ferbench.results import SCHEMA_VERSION

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
    db: Database = None,
    json: AsJson = False,
) -> None:
    """One board a test set: best first, with intervals and cost; unranked rows apart, with the reason.

    Example: ferbench leaderboard --dataset rafdb
    """
    from dataclasses import asdict

    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import open_leaderboard
    from ferbench.leaderboard.ranking import boards
    from ferbench.report.board_tables import boards_report

    leaderboard = open_leaderboard(db)
    found = boards(leaderboard, dataset=dataset, split=split, metric=metric, label_mode=label_mode.value)
    if json:
        identity = ("dataset", "split", "items_sha256", "label_mode", "n")
        rows = [
            {**{name: getattr(board, name) for name in identity}, **asdict(row)}
            for board in found
            for row in board.rows
        ]
        print_json({"schema_version": SCHEMA_VERSION, "rows": rows})
    elif found:
        show(boards_report(found))
    else:
        note(f"No such run is recorded in {leaderboard.database}. Begin with: ferbench run --help")
