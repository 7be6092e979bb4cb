"""What papers, repositories and third parties claim: data with sources, never a measurement."""

from __future__ import annotations

from pathlib import Path

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import LedgerEntry


@hookimpl
def ferbench_ledgers() -> list[LedgerEntry]:
    """The ledger that comes with ferbench."""
    return [LedgerEntry(name="reported", path=Path(__file__).with_name("reported.toml"))]
