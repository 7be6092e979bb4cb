"""`ferbench export-model`: a model with its weights as one file for other programs."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.pipeline.export.export import Exported

NAME = "export-model"


class Form(StrEnum):
    """Format of the file."""

    ONNX = "onnx"
    TORCHSCRIPT = "torchscript"


def command(
    model: Annotated[str, typer.Argument(help="Model, see `ferbench list models`.")],
    form: Annotated[Form, typer.Option("--format", help="Format of the file.")],
    weights: Annotated[
        str | None, typer.Option(help="Checkpoint file, or `random`.", show_default="those of --dataset")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Take the weights and the class order that a run on this data set would take.")
    ] = None,
    class_order: Annotated[
        str | None, typer.Option(help="What the outputs mean: a known order, or classes with commas between.")
    ] = None,
    num_classes: Annotated[
        int | None, typer.Option(help="Number of outputs, where their order is not known.", min=2)
    ] = None,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    output: Annotated[Path | None, typer.Option(help="The file.", show_default="named after the model, here")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    images: Annotated[int, typer.Option(help="Drawn pictures that prove the file equal.", min=1)] = 32,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> None:
    """Write a model with its weights as one ONNX or TorchScript file, with a card, and prove it equal on the spot.

    Exit 1, and no file, if an output differs by more than 1e-4 (of the largest of its image, if that
    is above 1) or an answer is another. Run the file with `ferbench run --model onnx:FILE`, or
    `torchscript:FILE`.

    Example: ferbench export-model tiny_cnn --format onnx --dataset synthetic
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.config import Settings
    from ferbench.pipeline.export.export import export
    from ferbench.report.export_tables import export_report
    from ferbench.spec import RunSpec

    spec = RunSpec(
        model=model,
        dataset=dataset or "",
        model_options=typed(key_values(model_option or (), "--model-option")),
        weights=weights,
        class_order=class_order,
    )
    # What a plugin or an exporter prints must not end up in the document on stdout.
    with redirect_stdout(sys.stderr):
        exported = export(
            spec,
            form.value,
            output or default_file(model, form),
            load_catalog(plugin, plugins_dir),
            Settings.load(),
            num_classes=num_classes,
            images=images,
            force=force,
        )
    document = plain_export(exported)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, "model": model, "format": form.value, **document})
    else:
        show(export_report(model, document))


def default_file(model: str, form: Form) -> Path:
    """The name of the model in the current folder, with the end of the format."""
    from ferbench.pipeline.export.formats import SUFFIXES

    name = "".join(char if char.isalnum() or char in "._-" else "_" for char in model)
    return Path(f"{name}{SUFFIXES[form.value]}")


def plain_export(exported: Exported) -> dict[str, Any]:
    """What was written, as JSON data."""
    from dataclasses import asdict

    return {**asdict(exported), "file": str(exported.file), "card_file": str(exported.card_file)}
