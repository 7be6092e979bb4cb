"""`ferbench info`: the card behind a name."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import UnknownName
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.catalog import Catalog

NAME = "info"


def command(
    name: Annotated[str, typer.Argument(help="A model, a data set, a metric, a detector or released weights.")],
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for a model such as onnx:FILE.")] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Everything that is known about a model, a data set, a metric, a detector or released weights.

    Example: ferbench info rafdb
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.report.listings import card_table

    catalog = load_catalog(plugin, plugins_dir)
    options = typed(key_values(model_option or (), "--model-option"))
    documents = cards(catalog, name) | of_scheme(catalog, name, options) | released(catalog, name)
    if not documents:
        raise unknown(name, catalog)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "name": name, "cards": documents})
        return
    for kind, facts in documents.items():
        show(card_table(f"{kind} {name}", facts))


def cards(catalog: Catalog, name: str) -> dict[str, dict[str, Any]]:
    """The cards of a name, by kind."""
    from ferbench.report.listings import plain_card

    shelves = (catalog.models, catalog.schemes, catalog.datasets, catalog.metrics, catalog.detectors)
    return {shelf.kind: plain_card(shelf.get(name).entry.card) for shelf in shelves if name in shelf}


def of_scheme(catalog: Catalog, name: str, options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The card of a model that a scheme gives, such as `timm:resnet18`."""
    from ferbench.pipeline.plugin_calls import find_model
    from ferbench.report.listings import plain_card

    scheme, colon, _ = name.partition(":")
    if not colon or name in catalog.models or scheme not in catalog.schemes:
        return {}
    # What a plugin prints must not end up in the document on stdout.
    with redirect_stdout(sys.stderr):
        return {catalog.models.kind: plain_card(find_model(catalog, name, options).entry.card)}


def released(catalog: Catalog, name: str) -> dict[str, dict[str, Any]]:
    """The released weights of a name, with their licences and their place."""
    from ferbench.config import Settings
    from ferbench.downloads.offers import offer_of, offers, place_of
    from ferbench.report.offers_list import plain_offer

    if name not in {offer.card.name for offer in offers(catalog)}:
        return {}
    offer = offer_of(catalog, name)
    return {"weights": plain_offer(offer, place_of(offer.card, Settings.load()))}


def unknown(name: str, catalog: Catalog) -> UnknownName:
    """The error for a name that no card has."""
    from difflib import get_close_matches

    from ferbench.downloads.offers import offers

    shelves = (catalog.models, catalog.datasets, catalog.metrics, catalog.detectors)
    everything = [item.entry.card.name for shelf in shelves for item in shelf]
    everything += [offer.card.name for offer in offers(catalog)]
    near = " or ".join(get_close_matches(name, everything, n=3, cutoff=0.5))
    return UnknownName(
        f"The card of {name!r} was asked for.",
        "No plugin provides a model, a data set, a metric, a detector or weights of this name.",
        f"{f'Did you mean {near}? ' if near else ''}See: ferbench list models, ferbench list datasets.",
    )
