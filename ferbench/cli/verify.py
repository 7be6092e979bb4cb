"""`ferbench verify`: whether a stored run is consistent with itself."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir, Run
from ferbench.errors import EXIT_OK, VerificationFailed
from ferbench.results import SCHEMA_VERSION

NAME = "verify"


def command(
    run: Run = "latest",
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Check the seal of a run and recompute every metric from its predictions; needs neither torch nor the images.

    It shows that nothing was changed since, not that the inference happened. Exit code 1 when a check fails.

    Example: ferbench verify latest
    """
    from dataclasses import asdict

    from ferbench.audit import verify
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.report.listings import checks_table

    leaderboard, catalog = open_leaderboard(db), load_catalog(plugin, plugins_dir)
    run_id = leaderboard.run_id(run)
    with redirect_stdout(sys.stderr):
        checks = verify(leaderboard, run_id, catalog)
    passed = all(check.passed for check in checks)
    if json:
        rows = [asdict(check) for check in checks]
        print_json({"schema_version": SCHEMA_VERSION, "run_id": run_id, "verified": passed, "checks": rows})
    else:
        show(checks_table(run_id, checks))
    return EXIT_OK if passed else VerificationFailed.exit_code
