"""`ferbench data`: look into data sets, compare them, unpack them, say where they lie."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

import typer

from ferbench.cli import data_check, data_leaks, data_prepare
from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

app = typer.Typer(help="Data sets: check one, compare two, unpack one, say where they lie.", no_args_is_help=True)
app.command()(data_check.check)
app.command()(data_leaks.leaks)
app.command()(data_prepare.prepare)


@app.command()
def where(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Where every data set is looked for, who says so, and whether it can be opened.

    Example: ferbench data where
    """
    from dataclasses import asdict

    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog
    from ferbench.config import Settings
    from ferbench.doctor.places import place_of
    from ferbench.report.data_tables import places_table

    settings, catalog = Settings.load(), load_catalog(plugin, plugins_dir)
    with redirect_stdout(sys.stderr):
        places = [place_of(registered, settings) for registered in catalog.datasets]
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "places": [asdict(place) for place in places]})
    else:
        show(places_table(places))
