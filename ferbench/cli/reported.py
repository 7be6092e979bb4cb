"""`ferbench reported`: what others claim, beside what was measured, and whether it can be a count at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.errors import EXIT_OK, UsageError, VerificationFailed
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.catalog import Catalog
    from ferbench.leaderboard.board import Board
    from ferbench.ledger.claims import Ledger
    from ferbench.ledger.states import JudgedClaim

app = typer.Typer(help="Claims of papers and third parties: list them, check their arithmetic.", no_args_is_help=True)

DatasetFilter = Annotated[str | None, typer.Option(help="Only claims about this data set.", show_default=False)]
ModelFilter = Annotated[
    str | None, typer.Option(help="Only claims about this model, by its name or as the paper calls it.")
]
LedgerFiles = Annotated[
    list[Path] | None, typer.Option("--ledger", help="A ledger of one's own (TOML), too.", show_default=False)
]


@app.command(name="list")
def list_claims(
    dataset: DatasetFilter = None,
    model: ModelFilter = None,
    ledger: LedgerFiles = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> None:
    """Claims with their sources, each beside what was measured; then imported confusion matrices.

    Example: ferbench reported list --dataset rafdb
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog, open_leaderboard
    from ferbench.leaderboard.ranking import boards
    from ferbench.report.ledger_tables import LedgerReport, claim_document, matrix_document

    catalog = load_catalog(plugin, plugins_dir)
    found = chosen(read(catalog, ledger), dataset, model)
    leaderboard = open_leaderboard(db)
    names = dict.fromkeys(claim.dataset for claim in found.claims)
    judged = judge(found, catalog, [board for name in names for board in boards(leaderboard, name)])
    if json:
        print_json(
            {
                "schema_version": SCHEMA_VERSION,
                "claims": [claim_document(item) for item in judged],
                "matrices": [matrix_document(matrix) for matrix in found.matrices],
            }
        )
    elif judged or found.matrices:
        show(LedgerReport(judged, found.matrices))
    else:
        say_nothing_fits()


@app.command()
def check(
    dataset: DatasetFilter = None,
    model: ModelFilter = None,
    value: Annotated[
        str | None, typer.Option(help="A percentage as printed, such as 92.21: check it instead of the ledger.")
    ] = None,
    n: Annotated[
        list[int] | None,
        typer.Option(help="With --value: images of the test set.", show_default="those known of --dataset", min=1),
    ] = None,
    ledger: LedgerFiles = None,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """Check whether each claim is some k/n at its rounding, for every known n of its test set. No proof of anything.

    Ends with 0 whatever the claims of others are worth; with --value a value that is no k/n ends with 1.

    Example: ferbench reported check --value 92.21 --n 3068
    """
    from ferbench.cli.console import print_json, show
    from ferbench.cli.options import load_catalog
    from ferbench.ledger.consistency import NEVER_PROOF, is_percentage
    from ferbench.report.ledger_tables import ConsistencyReport, claim_document

    if value is not None and not is_percentage(value):
        raise UsageError(f"--value {value} was given.", "It is no percentage from 0 to 100.", "Write it as 92.21.")
    catalog = load_catalog(plugin, plugins_dir)
    if value is not None:
        return check_value(value, n or numbers_of(catalog, dataset), as_json=json)
    if n:
        raise UsageError("--n was given without --value.", "Claims have their own n.", "Pass --value, such as 92.21.")
    judged = judge(chosen(read(catalog, ledger), dataset, model), catalog, ())
    if json:
        documents = [{key: item for key, item in claim_document(one).items() if key != "state"} for one in judged]
        print_json({"schema_version": SCHEMA_VERSION, "note": NEVER_PROOF, "claims": documents})
    elif judged:
        show(ConsistencyReport(judged))
    else:
        say_nothing_fits()
    return EXIT_OK


def check_value(value: str, numbers: Sequence[int], *, as_json: bool) -> int:
    """Check one percentage against numbers of images; the exit code says whether it fits one of them."""
    from ferbench.cli.console import print_json, show
    from ferbench.ledger.consistency import NEVER_PROOF, finding
    from ferbench.report.ledger_tables import ValueReport, fit_document

    found = finding(value, sorted(set(numbers)))
    if as_json:
        fits = [fit_document(fit) for fit in found.fits]
        document = {"value": value, "verdict": found.verdict, "note": NEVER_PROOF, "fits": fits}
        print_json({"schema_version": SCHEMA_VERSION, **document})
    else:
        show(ValueReport(value, found))
    return VerificationFailed.exit_code if found.verdict == "inconsistent" else EXIT_OK


def numbers_of(catalog: Catalog, dataset: str | None) -> list[int]:
    """The known numbers of images of a data set's usual split."""
    from ferbench.ledger.aliases import dataset_of
    from ferbench.ledger.known_counts import known_counts

    if dataset is None:
        raise UsageError("--value was given.", "Neither --n nor --dataset is.", "Pass --n 3068, or --dataset rafdb.")
    card = catalog.datasets.get(dataset_of(dataset)[0] or dataset).entry.card
    numbers = sorted(known_counts(catalog, card.name, card.default_split))
    if numbers:
        return numbers
    raise UsageError(
        f"--value was given for {dataset}.", "How many images its test set has is not known.", "Pass --n with it."
    )


def read(catalog: Catalog, files: list[Path] | None) -> Ledger:
    """All ledgers, with one warning line for each of a plugin that cannot be used."""
    from ferbench.cli.console import note
    from ferbench.ledger.reading import load_ledger

    for name, plugins in catalog.ledgers.clashes().items():
        note(f"warning: the ledger {name!r} is left out: several plugins give it ({', '.join(plugins)})")
    ledger = load_ledger(catalog, files or ())
    for name, reason in ledger.broken:
        note(f"warning: the ledger {name!r} is left out: {reason}")
    return ledger


def chosen(ledger: Ledger, dataset: str | None, model: str | None) -> Ledger:
    """The rows about a data set and a model, whose names may be written as papers do."""
    from dataclasses import replace

    from ferbench.ledger.aliases import dataset_of, plain

    name = dataset and (dataset_of(dataset)[0] or dataset)

    def wanted(row: object) -> bool:
        names = {getattr(row, "model", ""), plain(getattr(row, "title", ""))}
        return name in {None, getattr(row, "dataset", "")} and (model is None or bool({model, plain(model)} & names))

    return replace(
        ledger,
        claims=tuple(claim for claim in ledger.claims if wanted(claim)),
        matrices=tuple(matrix for matrix in ledger.matrices if wanted(matrix)),
    )


def judge(ledger: Ledger, catalog: Catalog, found: Sequence[Board]) -> list[JudgedClaim]:
    """The claims with their states."""
    from ferbench.ledger.states import judged_claims

    return judged_claims(ledger.claims, found, catalog)


def say_nothing_fits() -> None:
    """Say that no claim is about what was asked for."""
    from ferbench.cli.console import note

    note("No claim about that is in the ledger. Add one: --ledger FILE.toml; see docs/how-to/claims.md.")
