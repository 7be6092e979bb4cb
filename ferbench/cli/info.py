"""`ferbench info`: the card behind a name."""

from __future__ import annotations

from typing import Annotated

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import UnknownName
from ferbench.results import SCHEMA_VERSION

NAME = "info"


def command(
    name: Annotated[str, typer.Argument(help="A model, a data set or a metric.")],
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Everything that is known about a model, a data set or a metric.

    Example: ferbench info rafdb
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog
    from ferbench.report.listings import card_table, plain_card

    catalog = load_catalog(plugin, plugins_dir)
    shelves = (catalog.models, catalog.datasets, catalog.metrics)
    cards = {shelf.kind: shelf.get(name).entry.card for shelf in shelves if name in shelf}
    if not cards:
        everything = [item.entry.card.name for shelf in shelves for item in shelf]
        raise unknown(name, everything)
    documents = {kind: plain_card(card) for kind, card in cards.items()}
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "name": name, "cards": documents})
        return
    for kind, facts in documents.items():
        show(card_table(f"{kind} {name}", facts))


def unknown(name: str, everything: list[str]) -> UnknownName:
    """The error for a name that no card has."""
    from difflib import get_close_matches

    near = " or ".join(get_close_matches(name, everything, n=3, cutoff=0.5))
    return UnknownName(
        f"The card of {name!r} was asked for.",
        "No plugin provides a model, a data set or a metric of this name.",
        f"{f'Did you mean {near}? ' if near else ''}See: ferbench list models, ferbench list datasets.",
    )
