"""`ferbench verify`: whether a stored run, or a bundle of another lab, holds."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from ferbench.audit.checks import Check
    from ferbench.audit.copies import Shelf
    from ferbench.audit.recomputation import Request
    from ferbench.results import RunResult

NAME = "verify"

DatasetOption = Annotated[list[str] | None, typer.Option("--dataset-option", help="KEY=VALUE for the data set.")]


def command(
    run: Annotated[
        str, typer.Argument(help="A run: its id, the start of it, or `latest`; or the file of a bundle.")
    ] = "latest",
    data_root: Annotated[
        Path | None,
        typer.Option(help="Your folder of the data set: labels for a bundle, pictures for --recompute."),
    ] = None,
    dataset_option: DatasetOption = None,
    recompute: Annotated[
        int | None, typer.Option(help="Run so many images again, with the recorded settings.", min=1)
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="Your file of the weights, for --recompute.", show_default="as for a run")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Choose the images that are run again by this.", show_default="a fresh one")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(help="What outputs may differ by, as a part of the largest one.", min=0)
    ] = 1e-3,
    device: Annotated[str, typer.Option(help="For --recompute: auto, cpu, cuda, cuda:N or mps.")] = "auto",
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Check a run, or the bundle of another lab: nothing was changed, and every metric follows from the predictions.

    Needs neither torch nor the images, unless --recompute runs some of them again. Exit code 1 when a check fails, 3
    when one could not be made.

    Example: ferbench verify latest
    """
    from ferbench.audit.checks import exit_code_of
    from ferbench.audit.recomputation import Request
    from ferbench.bundles.opening import is_bundle
    from ferbench.cli.options import key_values

    shelf = shelf_of(data_root, dataset_option, plugin, plugins_dir, db)
    request = None
    if recompute is not None:
        request = Request(
            n=recompute,
            seed=fresh_seed() if seed is None else seed,
            weights=weights,
            data_root=str(data_root) if data_root else None,
            dataset_options=key_values(dataset_option or (), "--dataset-option"),
            device=device,
            tolerance=tolerance,
        )
    with redirect_stdout(sys.stderr):
        name, checks = of_bundle(Path(run), shelf, request) if is_bundle(run) else of_run(run, shelf, request)
    report(name, checks, request, as_json=json)
    return exit_code_of(checks)


def shelf_of(
    data_root: Path | None,
    dataset_option: list[str] | None,
    plugin: list[Path] | None,
    plugins_dir: Path | None,
    db: str | None,
) -> Shelf:
    """Where labels are looked for that a bundle does not carry."""
    from ferbench.audit.copies import Shelf
    from ferbench.cli.options import key_values, load_catalog, open_leaderboard
    from ferbench.config import Settings

    return Shelf(
        catalog=load_catalog(plugin, plugins_dir),
        settings=Settings.load(),
        leaderboard=open_leaderboard(db),
        data_root=data_root,
        options=key_values(dataset_option or (), "--dataset-option"),
    )


def of_bundle(path: Path, shelf: Shelf, request: Request | None) -> tuple[str, tuple[Check, ...]]:
    """The id of a bundled run, and what was checked; without its labels nothing is run again."""
    from ferbench.audit.bundled_run import examine, not_checked

    found = examine(path, shelf)
    name = found.bundle.run_id if found.bundle else str(path)
    if request is None:
        return name, found.checks
    if found.result is None:
        return name, (*found.checks, *not_checked(("outputs again",), "its images are not known here"))
    return name, (*found.checks, *again(found.result, shelf, request))


def of_run(run: str, shelf: Shelf, request: Request | None) -> tuple[str, tuple[Check, ...]]:
    """The id of a stored run, and what was checked."""
    from ferbench.audit.stored_run import result_of, verify

    leaderboard, run_id = shelf.leaderboard, shelf.leaderboard.run_id(run)
    checks = verify(leaderboard, run_id, shelf.catalog)
    if request is None or not all(check.passed for check in checks):
        return run_id, checks
    return run_id, (*checks, *again(result_of(leaderboard, run_id), shelf, request))


def again(result: RunResult, shelf: Shelf, request: Request) -> tuple[Check, ...]:
    """What running images again shows; which ones is said, so that anybody can do the same."""
    from ferbench.audit.recomputation import recompute
    from ferbench.cli.console import note

    note(f"running {min(request.n, len(result.predictions.ids))} images again, chosen by --seed {request.seed}")
    return recompute(result, request, shelf.catalog, shelf.settings)


def fresh_seed() -> int:
    """A seed that nobody could know before."""
    import secrets

    return secrets.randbelow(2**31)


def report(name: str, checks: tuple[Check, ...], request: Request | None, *, as_json: bool) -> None:
    """Show what was checked."""
    from dataclasses import asdict

    from ferbench.cli.console import print_json, show
    from ferbench.report.listings import checks_table

    if not as_json:
        show(checks_table(name, checks))
        return
    print_json(
        {
            "schema_version": SCHEMA_VERSION,
            "run_id": name,
            "verified": all(check.passed for check in checks),
            "recomputed_with_seed": request.seed if request else None,
            "checks": [asdict(check) for check in checks],
        }
    )
