"""`ferbench invalidate`: withdraw a run, with the reason."""

from __future__ import annotations

from typing import Annotated

import typer

from ferbench.cli.options import Database, Run

NAME = "invalidate"


def command(
    run: Run,
    reason: Annotated[str, typer.Option(help="Why this run must not be ranked; shown on the board.")],
    db: Database = None,
) -> None:
    """Withdraw a run: it stays stored and visible, with the reason, and is not ranked any more.

    Example: ferbench invalidate 3f2a91c0 --reason "weights were trained on the test set"
    """
    from ferbench.cli.console import note
    from ferbench.cli.options import open_leaderboard

    leaderboard = open_leaderboard(db)
    run_id = leaderboard.run_id(run)
    leaderboard.invalidate(run_id, reason)
    note(f"{run_id} is invalidated.")
