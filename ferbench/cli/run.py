"""`ferbench run`: evaluate one model on one data set and record it."""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, LeaderboardError

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec

NAME = "run"


class ColourOrder(StrEnum):
    """Order of the colour channels."""

    RGB = "rgb"
    BGR = "bgr"


def command(
    model: Annotated[str, typer.Option(help="Model, see `ferbench list models`.")],
    dataset: Annotated[str, typer.Option(help="Data set, see `ferbench list datasets`.")],
    weights: Annotated[
        str | None, typer.Option(help="Checkpoint file, or `random`.", show_default="configured, cached or packaged")
    ] = None,
    data_root: Annotated[Path | None, typer.Option(help="Folder of the data set.", show_default="configured")] = None,
    split: Annotated[str | None, typer.Option(show_default="the set's own default")] = None,
    class_order: Annotated[
        str | None, typer.Option(help="What the outputs mean: a known order, or classes with commas between.")
    ] = None,
    accept_class_order: Annotated[
        bool, typer.Option("--accept-class-order", help="Rank the run although its answers contradict the class order.")
    ] = False,
    colour_order: Annotated[ColourOrder | None, typer.Option(help="Override the colour order of the weights.")] = None,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    dataset_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the data set.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only these metrics.", show_default="all")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Only so many images, chosen by the hash of their ids; never ranked.")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Images a batch.")] = 32,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads of the network.", show_default="torch's own")] = None,
    workers: Annotated[int, typer.Option(help="Threads that read images ahead.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of random weights.")] = 0,
    timing: Annotated[bool, typer.Option(help="Measure latency, too.")] = True,
    record: Annotated[bool, typer.Option(help="Keep the run in the leaderboard.")] = True,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Evaluate a model on a data set and record the run with its predictions.

    Example: ferbench run --model tiny_cnn --dataset synthetic
    """
    from ferbench.cli.options import key_values, load_catalog, open_leaderboard, typed
    from ferbench.spec import RunSpec

    spec = RunSpec(
        model=model,
        dataset=dataset,
        model_options=typed(key_values(model_option or (), "--model-option")),
        dataset_options=key_values(dataset_option or (), "--dataset-option"),
        split=split,
        data_root=str(data_root) if data_root else None,
        weights=weights,
        class_order=class_order,
        accept_class_order=accept_class_order,
        colour_order=colour_order.value if colour_order else None,
        limit=limit,
        batch_size=batch_size,
        device=device,
        threads=threads,
        workers=workers,
        seed=seed,
        metrics=tuple(metric or ()),
        timing=timing,
        command_line=tuple(without_password(argument) for argument in sys.argv),
    )
    catalog, leaderboard = load_catalog(plugin, plugins_dir), open_leaderboard(db)
    return perform(spec, catalog, leaderboard, record=record, as_json=json)


def perform(spec: RunSpec, catalog: Catalog, leaderboard: Leaderboard, *, record: bool, as_json: bool) -> int:
    """Evaluate, record where asked to, and show; the exit code says whether every image got an answer."""
    from ferbench.cli.console import print_json, progress_bar, show
    from ferbench.report.run_tables import run_report

    if record:
        # A database that cannot be written must be known before an hour of inference, not after.
        leaderboard.prepare()
    from ferbench.pipeline.run import evaluate

    # What a plugin prints must not end up in the document on stdout.
    with progress_bar(f"{spec.model} on {spec.dataset}") as progress, redirect_stdout(sys.stderr):
        result = evaluate(spec, catalog, progress=progress)
    if record:
        keep(result, leaderboard)
    show(run_report(result.record), as_json=as_json)
    if as_json:
        print_json(result.record)
    return EXIT_OK if result.record["status"] == "complete" else EXIT_INCOMPLETE


def keep(result: RunResult, leaderboard: Leaderboard) -> None:
    """Record a run; where that fails its numbers are shown first, for the hour of inference need not be lost."""
    from ferbench.cli.console import note, show
    from ferbench.report.run_tables import run_report

    try:
        leaderboard.record(result)
    except LeaderboardError:
        show(run_report(result.record), as_json=True)
        raise
    note(f"recorded as {result.run_id[:8]} in {leaderboard.database}")


def without_password(argument: str) -> str:
    """An argument as it may be recorded: records are passed on, and the URL of a database may hold a password."""
    return re.sub(r"(?<=://).*@", "***@", argument)
