"""`ferbench data check`: what is wrong with a data set."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import EXIT_OK, VerificationFailed
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Registered
    from ferbench.interfaces import DatasetEntry

Name = Annotated[str, typer.Argument(help="Data set, see `ferbench list datasets`.")]
Workers = Annotated[int, typer.Option(help="Threads that read pictures.", min=1)]


def check(
    name: Name,
    data_root: Annotated[Path | None, typer.Option(help="Folder of the data set.", show_default="configured")] = None,
    split: Annotated[list[str] | None, typer.Option(help="Only this split.", show_default="all there are")] = None,
    dataset_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the data set.")] = None,
    workers: Workers = 2,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """Check a data set: layout, counts, names, broken pictures, duplicates, leaks between splits, contradicting labels.

    Every picture is read, and nothing is written. Exit code 1 when something is wrong.

    Example: ferbench data check rafdb --data-root /data/RAF-DB
    """
    from ferbench.cli.options import key_values, load_catalog
    from ferbench.config import Settings
    from ferbench.pipeline.data_roots import find_root

    registered = load_catalog(plugin, plugins_dir).datasets.get(name)
    root = find_root(registered.entry.card, data_root, Settings.load())
    options = key_values(dataset_option or (), "--dataset-option")
    return examine(registered, root, split or [], options, workers, as_json=json)


def examine(
    registered: Registered[DatasetEntry],
    root: Path | None,
    splits: list[str],
    options: Mapping[str, str],
    workers: int,
    *,
    as_json: bool,
) -> int:
    """Check a data set and show what was found; the exit code says whether anything is wrong."""
    from ferbench.cli.console import print_json, progress_bar, show
    from ferbench.doctor.check import check as check_dataset
    from ferbench.report.data_tables import check_report

    # What a plugin prints must not end up in the document on stdout.
    with progress_bar(registered.entry.card.name) as progress, redirect_stdout(sys.stderr):
        report = check_dataset(registered, root, splits=splits, options=options, workers=workers, progress=progress)
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, **report.as_json()})
    else:
        show(check_report(report))
    return EXIT_OK if report.passed else VerificationFailed.exit_code
