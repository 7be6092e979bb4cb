"""`ferbench site`: a leaderboard as pages that open without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

NAME = "site"


def command(
    out: Annotated[Path, typer.Argument(help="Folder to write; a site that is there already is replaced.")],
    dataset: Annotated[
        list[str] | None, typer.Option(help="Only the runs on this data set; several times.", show_default="all")
    ] = None,
    ledger: Annotated[
        list[Path] | None, typer.Option(help="Ledger file of reported numbers, beside those that come with ferbench.")
    ] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Write a static site: boards, models, runs and comparisons, for a browser and without a network.

    Example: ferbench site our-results
    """
    from rich.progress import BarColumn, MofNCompleteColumn

    from ferbench.cli.console import note, print_json, terminal_bar
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.ledger.reading import load_ledger
    from ferbench.report.site.build import build_site

    catalog, leaderboard = load_catalog(plugin, plugins_dir), open_leaderboard(db)
    claims = load_ledger(catalog, ledger or ())
    with terminal_bar(f"site {out}", BarColumn(), MofNCompleteColumn()) as (bar, task):
        built = build_site(
            leaderboard,
            catalog,
            claims,
            out,
            dataset or (),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if json:
        document = {"index": str(built.index), "pages": built.pages, "largest_page_bytes": built.largest}
        print_json({"schema_version": SCHEMA_VERSION, **document})
    else:
        note(f"{built.pages:,} pages. Open {built.index} in a browser.")
