"""`ferbench weights`: look into a checkpoint file, and download a released one."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import EXIT_OK, VerificationFailed
from ferbench.results import SCHEMA_VERSION

app = typer.Typer(help="Checkpoint files: look into one, download a released one.", no_args_is_help=True)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A checkpoint file.")],
    model: Annotated[
        str | None, typer.Option(help="Say what a strict load into this model would miss; exit 1 if anything.")
    ] = None,
    num_classes: Annotated[
        int | None, typer.Option(help="Classes of the model.", min=1, show_default="those of the file")
    ] = None,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """What a checkpoint file is, who wrote it and what it claims; nothing that it names is executed.

    Example: ferbench weights inspect raf-db-model_best.pth --model poster_v2
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.pipeline import checkpoint_inspection
    from ferbench.pipeline.fitting import Target
    from ferbench.pipeline.plugin_calls import find_model
    from ferbench.report.checkpoint_tables import inspection_report, plain_inspection

    catalog, target = load_catalog(plugin, plugins_dir), None
    # What a plugin prints must not end up in the document on stdout.
    with redirect_stdout(sys.stderr):
        if model is not None:
            options = typed(key_values(model_option or (), "--model-option"))
            target = Target(model=find_model(catalog, model, options), num_classes=num_classes, options=options)
        found = checkpoint_inspection.inspect(file, catalog.models, target)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, **plain_inspection(found)})
    else:
        show(inspection_report(found))
    return EXIT_OK if found.sound else VerificationFailed.exit_code


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="Released weights, see `ferbench list weights`.")],
    offline: Annotated[
        bool, typer.Option("--offline", envvar="FERBENCH_OFFLINE", help="Use no network: only check what is here.")
    ] = False,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Download released weights into the cache, or check those that are there; their SHA-256 is pinned at first use.

    Example: ferbench weights pull poster_v2.rafdb
    """
    from ferbench.cli.console import download_bar, print_json, show
    from ferbench.cli.options import load_catalog
    from ferbench.config import Settings
    from ferbench.downloads import pull as downloads
    from ferbench.downloads.offers import offer_of
    from ferbench.report.checkpoint_tables import plain_pulled, pulled_table

    offer = offer_of(load_catalog(plugin, plugins_dir), name)
    with download_bar(offer.card.file_name) as progress:
        pulled = downloads.pull(offer.card, Settings.load(), offline=offline, progress=progress)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, **plain_pulled(pulled)})
    else:
        show(pulled_table(pulled))
