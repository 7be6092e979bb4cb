"""`ferbench show`: one run, whole."""

from __future__ import annotations

from ferbench.cli.options import AsJson, Database, Run

NAME = "show"


def command(run: Run = "latest", db: Database = None, json: AsJson = False) -> None:
    """One run with its scores, its cost, and everything that makes it comparable.

    Example: ferbench show latest
    """
    from dataclasses import asdict

    from ferbench.cli.console import note, print_json, show
    from ferbench.cli.options import open_leaderboard
    from ferbench.report.run_tables import run_report

    leaderboard = open_leaderboard(db)
    run_id = leaderboard.run_id(run)
    record, withdrawn = leaderboard.record_of(run_id), leaderboard.invalidation_of(run_id)
    if not leaderboard.seal_holds(run_id):
        note("warning: the seal of this run is broken: its record was changed after it was written")
    if json:
        print_json({**record, "invalidated": asdict(withdrawn) if withdrawn else None})
    else:
        show(run_report(record, withdrawn.reason if withdrawn else ""))
