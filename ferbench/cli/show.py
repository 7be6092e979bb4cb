"""`ferbench show`: one run, whole."""

from __future__ import annotations

from ferbench.cli.options import AsJson, Database, Run

NAME = "show"


def command(run: Run = "latest", db: Database = None, json: AsJson = False) -> None:
    """One run with its scores, its cost, and everything that makes it comparable.

    Example: ferbench show latest
    """
    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import open_leaderboard
    from ferbench.report.run_tables import run_report

    leaderboard = open_leaderboard(db)
    run_id = leaderboard.run_id(run)
    record, withdrawn = leaderboard.record_of(run_id), leaderboard.invalidation_of(run_id)
    if withdrawn:
        note(f"This run was invalidated: {withdrawn}")
    if json:
        print_json({**record, "invalidated": withdrawn})
    else:
        show(run_report(record))
