"""`ferbench profile`: what networks cost, without weights or data."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

NAME = "profile"


def command(
    model: Annotated[str, typer.Argument(help="Model, see `ferbench list models`.")],
    num_classes: Annotated[int, typer.Option(help="Classes of the last layer.", min=2)] = 7,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    threads: Annotated[
        int | None, typer.Option(help="CPU threads of the network.", min=1, show_default="torch's own")
    ] = None,
    timing: Annotated[bool, typer.Option(help="Measure latency, too.")] = True,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Parameters, multiply-accumulates and latency of a network.

    Example: ferbench profile poster_v2
    """
    from dataclasses import asdict

    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.pipeline.cost import profile
    from ferbench.pipeline.load import plain_float32
    from ferbench.report.run_tables import cost_table

    registered = load_catalog(plugin, plugins_dir).models.get(model)
    options = typed(key_values(model_option or (), "--model-option"))
    with plain_float32(threads), redirect_stdout(sys.stderr):
        cost = asdict(profile(registered, num_classes, options, device, timing=timing))
    if json:
        document = {"schema_version": SCHEMA_VERSION, "model": model, "num_classes": num_classes, "cost": cost}
        print_json(document)
    else:
        show(cost_table(model, cost))
