"""`ferbench list`: what the loaded plugins provide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

app = typer.Typer(help="What there is: models, data sets, metrics, detectors, weights, plugins.", no_args_is_help=True)


@app.command()
def models(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Models. Example: ferbench list models"""
    from ferbench.report.listings import models_table, plain_scheme

    loaded = catalog(plugin, plugins_dir)
    entries, schemes = list(loaded.models), list(loaded.schemes)
    rows = [*(facts(item) for item in entries), *(plain_scheme(item) for item in schemes)]
    output("models", rows, models_table(entries, schemes), as_json=json)


@app.command()
def datasets(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Data sets. Example: ferbench list datasets"""
    from ferbench.report.listings import datasets_table

    entries = catalog(plugin, plugins_dir).datasets
    output("datasets", [facts(item) for item in entries], datasets_table(list(entries)), as_json=json)


@app.command()
def metrics(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Metrics. Example: ferbench list metrics"""
    from ferbench.report.listings import metrics_table

    entries = catalog(plugin, plugins_dir).metrics
    output("metrics", [facts(item) for item in entries], metrics_table(list(entries)), as_json=json)


@app.command()
def detectors(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Face detectors, for `--crop detect`. Example: ferbench list detectors"""
    from ferbench.report.listings import detectors_table

    entries = catalog(plugin, plugins_dir).detectors
    output("detectors", [facts(item) for item in entries], detectors_table(list(entries)), as_json=json)


@app.command()
def weights(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Released weights: claims, class orders, licences, addresses. Example: ferbench list weights"""
    from ferbench.config import Settings
    from ferbench.downloads.offers import offers, place_of
    from ferbench.report.offers_list import offers_list, plain_offer

    settings = Settings.load()
    found = [(offer, place_of(offer.card, settings)) for offer in offers(catalog(plugin, plugins_dir))]
    output("weights", [plain_offer(*item) for item in found], offers_list(found), as_json=json)


@app.command()
def plugins(plugin: PluginFiles = None, plugins_dir: PluginsDir = None, json: AsJson = False) -> None:
    """Plugins, with the traceback of each that is broken. Example: ferbench list plugins"""
    from ferbench.report.listings import plain_report, plugins_table

    reports = catalog(plugin, plugins_dir).reports
    output("plugins", [plain_report(item) for item in reports], plugins_table(reports), as_json=json)


def catalog(files: list[Path] | None, folder: Path | None) -> Any:
    """The catalog of all plugins, with a warning line for each name that cannot be used because several give it."""
    from ferbench.cli.console import note
    from ferbench.cli.options import load_catalog

    loaded = load_catalog(files, folder)
    for shelf in (loaded.models, loaded.schemes, loaded.datasets, loaded.metrics, loaded.detectors):
        for name, plugins in shelf.clashes().items():
            note(f"warning: the {shelf.kind} {name!r} is left out: several plugins give it ({', '.join(plugins)})")
    return loaded


def facts(registered: Any) -> dict[str, Any]:
    """Card and plugin of an entry as JSON data."""
    from ferbench.report.listings import plain_card

    return {**plain_card(registered.entry.card), "plugin": registered.origin.plugin}


def output(kind: str, rows: list[dict[str, Any]], table: RenderableType, *, as_json: bool) -> None:
    """The list for people or as one JSON document."""
    from ferbench.cli.console import print_json, show

    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, kind: rows})
    else:
        show(table)
