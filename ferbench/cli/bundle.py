"""`ferbench bundle`: one run as a file for another lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir, Run
from ferbench.results import SCHEMA_VERSION

NAME = "bundle"


def command(
    run: Run = "latest",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write.", show_default="MODEL-DATASET-RUN.ferbench")
    ] = None,
    include_labels: Annotated[
        bool,
        typer.Option(
            "--include-labels", help="Of your own pictures only: pass on their labels and ids, which name files."
        ),
    ] = False,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Write a run into one file that another lab can verify and import: no paths, and no labels that may not go.

    Example: ferbench bundle latest -o for-you.ferbench
    """
    from ferbench.bundles.writing import write_bundle
    from ferbench.cli.console import note, output_to, print_json
    from ferbench.cli.options import load_catalog, open_leaderboard

    leaderboard, catalog = open_leaderboard(db), load_catalog(plugin, plugins_dir)
    run_id = leaderboard.run_id(run)
    path = output or Path(file_name(leaderboard.record_of(run_id)))
    with output_to(str(path)):
        bundle = write_bundle(leaderboard, run_id, catalog, path, include_labels=include_labels)
    note(f"written to {path}; labels {bundle.about.labels}, ids {bundle.about.ids}")
    note(f"left out or changed in its record: {', '.join(bundle.about.left_out) or 'nothing'}")
    if json:
        print_json(
            {
                "schema_version": SCHEMA_VERSION,
                "run_id": run_id,
                "file": str(path),
                "sha256": bundle.sha256,
                "labels": bundle.about.labels,
                "ids": bundle.about.ids,
                "left_out": bundle.about.left_out,
            }
        )


def file_name(record: dict[str, object]) -> str:
    """A name for the file of a run, of letters, digits and dashes."""
    import re

    from ferbench.bundles.container import SUFFIX

    words = re.sub(r"[^A-Za-z0-9_]+", "-", f"{record['model']}-{record['dataset']}-{str(record['run_id'])[:8]}")
    return f"{words.strip('-')}{SUFFIX}"
