"""`ferbench data leaks`: the pictures that two data sets share."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.data_check import Workers
from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import EXIT_OK, UsageError, VerificationFailed
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.doctor.leaks import Side


def leaks(
    a: Annotated[str, typer.Argument(help="A data set, or one split of it as NAME:SPLIT.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    root: Annotated[list[str] | None, typer.Option(help="NAME=DIR.", show_default="configured")] = None,
    dataset_option: Annotated[list[str] | None, typer.Option(help="NAME:KEY=VALUE for a data set.")] = None,
    workers: Workers = 2,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """Find the pictures that two sets or splits share: equal ones, re-encoded and resized ones, mirrored ones.

    Exit code 1 when there are any.

    Example: ferbench data leaks rafdb:train rafdb:test
    """
    from ferbench.cli.console import print_json, progress_bar, show
    from ferbench.cli.options import key_values, load_catalog
    from ferbench.config import Settings
    from ferbench.doctor.leaks import leaks as find_leaks
    from ferbench.report.data_tables import leak_report

    catalog, settings = load_catalog(plugin, plugins_dir), Settings.load()
    roots, options = key_values(root or (), "--root"), key_values(dataset_option or (), "--dataset-option")
    check_sides(a, b, roots, options, catalog)
    sides = (side_of(a, catalog, settings, roots, options), side_of(b, catalog, settings, roots, options))
    with progress_bar(f"{a} and {b}") as progress, redirect_stdout(sys.stderr):
        report = find_leaks(sides, workers, progress)
    if json:
        print_json({"schema_version": SCHEMA_VERSION, **report.as_json()})
    else:
        show(leak_report(report))
    return EXIT_OK if report.passed else VerificationFailed.exit_code


def check_sides(a: str, b: str, roots: Mapping[str, str], options: Mapping[str, str], catalog: Catalog) -> None:
    """Refuse unknown sets, a set that is compared with itself or a part of itself, and what is said of other sets."""
    names = [side.partition(":")[0] for side in (a, b)]
    for name in names:
        catalog.datasets.get(name)
    if names[0] == names[1] and (a == b or ":" not in a or ":" not in b):
        raise UsageError(
            f"The leaks between {a} and {b} were asked for.",
            "They have pictures in common by themselves.",
            f"Name two splits, as in {names[0]}:train {names[0]}:test, or check it: ferbench data check {names[0]}",
        )
    strange = [name for name in (*roots, *(key.partition(":")[0] for key in options)) if name not in names]
    if strange:
        raise UsageError(
            f"Something was said of {strange[0]}.",
            f"The leaks between {a} and {b} were asked for.",
            f"Say --root {names[0]}=DIR and --dataset-option {names[0]}:KEY=VALUE.",
        )


def side_of(
    side: str, catalog: Catalog, settings: Settings, roots: Mapping[str, str], options: Mapping[str, str]
) -> Side:
    """What `NAME` or `NAME:SPLIT` means."""
    from ferbench.doctor.leaks import Side
    from ferbench.pipeline.data_roots import find_root

    name, _, split = side.partition(":")
    registered = catalog.datasets.get(name)
    return Side(
        name=side,
        registered=registered,
        root=find_root(
            registered.entry.card, Path(roots[name]) if name in roots else None, settings, f"--root {name}=DIR"
        ),
        split=split or None,
        options={key.partition(":")[2]: text for key, text in options.items() if key.partition(":")[0] == name},
    )
