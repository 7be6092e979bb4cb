"""`ferbench compare`: whether one model is really better than another, from the stored predictions of their runs."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ferbench.cli.leaderboard import LabelModeOption
from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.comparison.findings import Comparison

NAME = "compare"


class OnOption(StrEnum):
    """Which images are compared."""

    EQUAL = "equal"
    SHARED = "shared"


def command(
    runs: Annotated[
        list[str],
        typer.Argument(help="Two runs or more, as `ferbench show` takes them; commas join runs of one model: a1,a2,a3"),
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            help="Metric with one value, or recall/CLASS; see `ferbench list metrics`.",
            show_default="accuracy, uar, f1_macro",
        ),
    ] = None,
    label_mode: Annotated[LabelModeOption, typer.Option(help="Answers among all classes, or the shared ones.")] = (
        LabelModeOption.STRICT
    ),
    on: Annotated[
        OnOption, typer.Option(help="Refuse runs on different images, or compare on the shared ones; never ranks.")
    ] = OnOption.EQUAL,
    resamples: Annotated[int, typer.Option(help="Resamples of the bootstrap.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 0,
    discordant: Annotated[
        Path | None,
        typer.Option(help="CSV file to write: every image that some runs answer right and others wrong."),
    ] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Pair runs image by image: McNemar's test, bootstrap intervals, classes, and the images that they disagree on.

    Example: ferbench compare 3f2a9c41 8b07d5e2
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.comparison.compare import DEFAULT_METRICS, Options, compare
    from ferbench.report.compare_tables import ComparisonReport

    options = Options(
        metrics=tuple(metric or DEFAULT_METRICS),
        label_mode=label_mode.value,
        on=on.value,
        resamples=resamples,
        seed=seed,
    )
    leaderboard, catalog = open_leaderboard(db), load_catalog(plugin, plugins_dir)
    with redirect_stdout(sys.stderr):
        found = compare(leaderboard, runs, catalog, options)
    if discordant is not None:
        write_csv(found, discordant)
    if json:
        print_json(document(found))
    else:
        show(ComparisonReport(found))


def write_csv(found: Comparison, path: Path) -> None:
    """Write the images that runs disagree on."""
    from ferbench.cli.console import output_to
    from ferbench.report.compare_exports import write_discordant

    with output_to(str(path)), path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        write_discordant(found, file)


def document(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON data: without the ids of all images, and without the answers that runs agree on."""
    from dataclasses import asdict

    pairing = found.pairing
    return {
        "schema_version": SCHEMA_VERSION,
        "dataset": pairing.dataset,
        "splits": pairing.splits,
        "on": pairing.on,
        "n": pairing.n,
        "images": pairing.images,
        "other_pixels": pairing.other_pixels,
        "relabelled": pairing.relabelled,
        "ranks": found.ranks,
        "label_mode": found.label_mode,
        "metrics": found.metrics,
        "seed": found.seed,
        "entries": [asdict(entry) for entry in found.entries],
        "pairs": [asdict(pair) for pair in found.pairs],
        "notes": found.notes,
    }
