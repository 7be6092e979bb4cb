"""What a site is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.rows import RunRow
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.ledger.claims import Ledger
    from ferbench.report.site.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """A leaderboard with the `runs` that are shown, what is known of their names, and what others report."""

    leaderboard: Leaderboard
    catalog: Catalog
    ledger: Ledger
    facts: Facts
    runs: tuple[RunRow, ...]
