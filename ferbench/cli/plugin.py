"""`ferbench plugin`: for whoever writes plugins."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import EXIT_OK, VerificationFailed
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.testing import Result
    from ferbench.testing.check import Kind
    from ferbench.testing.find import AnySubject

app = typer.Typer(help="For authors of plugins: begin one, check one.", no_args_is_help=True)


@app.callback()
def plugin() -> None:
    """For authors of plugins: begin one, check one."""


class KindOption(StrEnum):
    """What a new plugin gives."""

    MODEL = "model"
    DATASET = "dataset"
    METRIC = "metric"


class CheckedKind(StrEnum):
    """What the name of something that is checked stands for."""

    MODEL = "model"
    DATASET = "dataset"
    METRIC = "metric"
    DETECTOR = "detector"


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What ferbench will call it, such as my_net.")],
    kind: Annotated[KindOption, typer.Option(help="What the plugin gives.")] = KindOption.MODEL,
    drop_in: Annotated[bool, typer.Option("--drop-in", help="One file for --plugin, and no project.")] = False,
    out: Annotated[Path, typer.Option(help="Folder to write into.", show_default="here")] = Path(),
) -> None:
    """Write a plugin to start from, which passes all checks as it is: a project, or with --drop-in one file.

    The project ferbench-NAME has a card to fill in, a small network (data set, metric), tests, a
    README as a model card and a workflow for CI. Nothing that is there already is replaced.

    Example: ferbench plugin new my_net
    """
    from ferbench.cli.console import output_to, show
    from ferbench.cli.options import load_catalog
    from ferbench.report.formatting import safe
    from ferbench.scaffold import (
        names_of,
        require_free,
        steps_for_drop_in,
        steps_for_project,
        write_drop_in,
        write_project,
    )

    names = names_of(name)
    module, write, steps = (
        (names.name, write_drop_in, steps_for_drop_in) if drop_in else (names.package, write_project, steps_for_project)
    )
    require_free(names, module, load_catalog(None, None))
    with output_to(str(out)):
        written = write(names, kind.value, out)
    for line in (*map(str, written), "", "Next:", *(f"  {step}" for step in steps(names, out))):
        show(safe(line), soft_wrap=True)


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A model, data set, metric or detector, as `ferbench list` shows it.")],
    kind: Annotated[
        CheckedKind | None, typer.Option(help="What the name stands for, where several things have it.")
    ] = None,
    data_root: Annotated[Path | None, typer.Option(help="Folder of the data set.", show_default="configured")] = None,
    weights: Annotated[
        Path | None, typer.Option(help="A checkpoint of the model.", show_default="one that the plugin brings")
    ] = None,
    option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model, data set or detector.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="A check to leave out.", show_default="none")] = None,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML file to write.", show_default=False)] = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """Check what a plugin gives: all that ferbench expects of a model, a data set, a metric or a detector.

    Exit code 1 when a check fails, 4 when data or weights are missing. The checks are explained in
    docs/reference/plugin-checks.md.

    Example: ferbench plugin check my_model --plugin my_model.py
    """
    from ferbench.cli.options import key_values, load_catalog, typed
    from ferbench.testing import require_known, subject_of

    left_out = without or []
    require_known(left_out)
    catalog = load_catalog(plugin, plugins_dir)
    pairs = key_values(option or (), "--option")
    chosen: Kind | None = kind.value if kind else None
    # Options of data sets are texts.
    dataset = chosen == "dataset" or (chosen is None and name in catalog.datasets)
    # What a plugin prints must not end up in the document on stdout.
    with redirect_stdout(sys.stderr):
        subject = subject_of(
            name,
            catalog,
            kind=chosen,
            data_root=data_root,
            weights=weights,
            options=pairs if dataset else typed(pairs),
        )
    return examine(subject, left_out, junit, as_json=json)


def examine(subject: AnySubject, without: list[str], junit: Path | None, *, as_json: bool) -> int:
    """Run the checks and show what they found; the exit code says whether one failed."""
    from ferbench.cli.console import print_json, progress_bar, show
    from ferbench.report.kit_tables import kit_report
    from ferbench.testing import all_well, check_plugin

    with progress_bar(f"{subject.kind} {subject.name}") as progress, redirect_stdout(sys.stderr):
        results = check_plugin(subject, without, progress)
    if junit is not None:
        write_junit(junit, subject.name, results)
    if as_json:
        facts = {"name": subject.name, "kind": subject.kind, "plugin": subject.registered.origin.plugin}
        document = {**facts, "passed": all_well(results), "checks": [result.as_json() for result in results]}
        print_json({"schema_version": SCHEMA_VERSION, **document})
    else:
        show(kit_report(f"{subject.kind} {subject.name}", results))
    return EXIT_OK if all_well(results) else VerificationFailed.exit_code


def write_junit(path: Path, name: str, results: list[Result]) -> None:
    """Write the results for a service of continuous integration."""
    from ferbench.cli.console import output_to
    from ferbench.testing.junit import junit_xml

    with output_to(str(path)):
        path.write_bytes(junit_xml(name, results))
