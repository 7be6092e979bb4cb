"""`ferbench profile`: what networks cost, without weights or data."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.catalog import Catalog

NAME = "profile"


def command(
    models: Annotated[list[str], typer.Argument(metavar="MODEL...", help="Models, see `ferbench list models`.")],
    num_classes: Annotated[
        int | None,
        typer.Option(help="Classes of the last layer.", min=2, show_default="those of an exported file, or 7"),
    ] = None,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    threads: Annotated[
        int | None, typer.Option(help="CPU threads of the network.", min=1, show_default="torch's own")
    ] = None,
    timing: Annotated[bool, typer.Option(help="Measure time and memory, too.")] = True,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Parameters, multiply-accumulates and latency of networks, side by side in one unit.

    What their papers report stands below, with what the number counts.

    Example: ferbench profile poster_v2 poster apvit
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.pipeline.load import plain_float32
    from ferbench.report.cost_tables import cost_report

    catalog, options = load_catalog(plugin, plugins_dir), typed(key_values(model_option or (), "--model-option"))
    with plain_float32(threads), redirect_stdout(sys.stderr):
        costs = [cost_document(catalog, model, num_classes, options, device, timing=timing) for model in models]
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "models": costs})
    else:
        show(cost_report(costs))


def cost_document(
    catalog: Catalog, model: str, num_classes: int | None, options: dict[str, Any], device: str, *, timing: bool
) -> dict[str, Any]:
    """What one network costs, and what its paper reports, as JSON data."""
    from dataclasses import asdict

    from ferbench.pipeline.cost import classes_of_file, profile
    from ferbench.pipeline.plugin_calls import find_model

    registered = find_model(catalog, model, options)
    outputs = num_classes or classes_of_file(registered.entry) or 7
    reported = registered.entry.card.reported_cost
    return {
        "model": model,
        "num_classes": outputs,
        "cost": asdict(profile(registered, outputs, options, device, timing=timing)),
        "reported": asdict(reported) if reported else None,
    }
