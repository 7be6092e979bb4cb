"""load_ledger(): all ledgers of the loaded plugins, and files of the user's own, read strictly."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError, FerbenchError, MissingError
from ferbench.ledger.cells import BadCell
from ferbench.ledger.claims import ImportedMatrix, Ledger, Place, ReportedClaim
from ferbench.ledger.matrix_rows import matrix_of
from ferbench.ledger.rows import Names, claim_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ferbench.catalog import Catalog

#: No ledger is larger than this many bytes; it would be no list that somebody has looked through.
LARGEST = 2**20
#: What makes two rows one: the second would be shown as if somebody else said the same.
_SAME_CLAIM = (
    *("model", "title", "dataset", "split", "metric", "n", "num_classes", "label_rule"),
    *("selection", "runs", "extra_data", "reported_by", "source"),
)
_SAME_MATRIX = ("model", "title", "dataset", "split", "reported_by", "source")

Read = ReportedClaim | ImportedMatrix


def load_ledger(catalog: Catalog, extra: Sequence[Path] = ()) -> Ledger:
    """The claims and matrices of all ledgers, those of plugins first.

    A plugin's ledger that cannot be used is left out and named in `Ledger.broken`; a file that the user names must be
    right.

    Raises:
        MissingError: a file of `extra` is not there.
        DataError: it is no TOML, is too large, or a row of it has a wrong, unknown or missing key, or stands twice.
    """
    names, rows, broken = Names.of(catalog), list[Read](), list[tuple[str, str]]()
    for registered in catalog.ledgers:
        try:
            rows += read_ledger(registered.entry.path, registered.entry.name, names, rows)
        except FerbenchError as error:
            broken.append((registered.entry.name, error.found))
    for path in extra:
        rows += read_ledger(path, str(path), names, rows)
    return Ledger(
        claims=tuple(row for row in rows if isinstance(row, ReportedClaim)),
        matrices=tuple(row for row in rows if isinstance(row, ImportedMatrix)),
        broken=tuple(broken),
    )


def read_ledger(path: Path, name: str, names: Names, earlier: Sequence[Read] = ()) -> list[Read]:
    """The rows of one file, none of which stands there twice or in `earlier`."""
    document = parsed(path, content_of(path))
    strange = [key for key in document if key not in {"claim", "matrix"}]
    if strange:
        raise refusal(path, f"It has the key {strange[0]!r}", "A ledger has [[claim]] and [[matrix]] rows alone.")
    rows = [
        *rows_of(document.get("claim", []), path, Place(ledger=name, kind="claim", number=0), names, claim_of),
        *rows_of(document.get("matrix", []), path, Place(ledger=name, kind="matrix", number=0), names, matrix_of),
    ]
    refuse_twice(path, rows, earlier)
    return rows


def content_of(path: Path) -> bytes:
    """The bytes of a ledger."""
    try:
        if not path.is_file():
            raise MissingError(f"The ledger {path} was to be read.", "It is no file.", "Check the path.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise MissingError(
            f"The ledger {path} was to be read.", f"The system says: {error.strerror}.", "Check who may read it."
        ) from error
    if len(content) > LARGEST:
        raise refusal(path, f"It is larger than {LARGEST:,} bytes", "Split it: --ledger can be given several times.")
    return content


def parsed(path: Path, content: bytes) -> dict[str, Any]:
    """The TOML document."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # UnicodeDecodeError and TOMLDecodeError are ValueErrors, and so is a number with too many digits.
        raise refusal(path, f"It is no TOML: {error or 'nested too deeply'}", "Correct it.") from error


def rows_of(
    tables: Any, path: Path, first: Place, names: Names, read: Callable[[dict[str, Any], Place, Names], Read]
) -> list[Read]:
    """The rows of one kind."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise refusal(path, f"{first.kind} is no list of tables", f"Begin every row with [[{first.kind}]].")
    rows = []
    for number, table in enumerate(tables, start=1):
        place = Place(ledger=first.ledger, kind=first.kind, number=number)
        try:
            rows.append(read(table, place, names))
        except BadCell as bad:
            raise refusal(path, f"{place.kind} {number}{about(table)}: {bad.key} {bad.found}", bad.allowed) from bad
    return rows


def about(table: dict[str, Any]) -> str:
    """Which row this is, for people."""
    words = [table.get("title") or table.get("model"), table.get("dataset")]
    shown = " on ".join(word[:60] for word in words if isinstance(word, str))
    return f" ({shown})" if shown else ""


def refuse_twice(path: Path, rows: Sequence[Read], earlier: Sequence[Read]) -> None:
    """Refuse a row that says again what another one says."""
    seen = {identity(row): row.place for row in earlier}
    for row in rows:
        first = seen.setdefault(identity(row), row.place)
        if first != row.place:
            raise refusal(
                path,
                f"{row.place.kind} {row.place.number} ({row.title} on {row.dataset}) stands there twice: it is "
                f"{first.kind} {first.number} of {first.ledger}, too",
                "Leave one of them out, or say in source or title how they differ.",
            )


def identity(row: Read) -> tuple[Any, ...]:
    """What makes two rows one."""
    keys = _SAME_CLAIM if isinstance(row, ReportedClaim) else _SAME_MATRIX
    return (row.place.kind, *(getattr(row, key) for key in keys))


def refusal(path: Path, found: str, todo: str) -> DataError:
    """The complaint about a file."""
    return DataError(f"The ledger {path} was to be read.", f"{found}.", todo)
