"""Which runs of a board get a page that compares them, and what such a page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.comparison.compare import Options, compare
from ferbench.comparison.findings import Discordant
from ferbench.errors import FerbenchError
from ferbench.report.site.names import comparison_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.comparison.findings import Comparison, EntryFinding, PairFinding
    from ferbench.leaderboard.board import Board, BoardRow
    from ferbench.report.site.sources import Sources

#: So many runs of a board are compared with each other, all pairs of them.
MOST = 5
#: So many digits of a run's id are shown everywhere.
_ID_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPage:
    """Two runs of a board and what their comparison found; `first` stands above `second` on the board. `names` differ.

    `images` are those that one alone answers right, with label and answers; or, where labels may not be passed on, the
    mere ids of those that the two answer differently: that exactly one of two answers is right tells much about a
    label, and answers beside the counts of a class tell what the label is where the class is small. `notes` are those
    of the comparison about these two, or about all.
    """

    page: str
    first: BoardRow
    second: BoardRow
    names: tuple[str, str]
    entries: tuple[EntryFinding, EntryFinding]
    finding: PairFinding
    images: tuple[Discordant, ...]
    notes: tuple[str, ...]

    @property
    def told_apart(self) -> bool:
        """Whether one of the two was shown to be right more often."""
        return self.finding.better is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardComparisons:
    """The comparisons of a board: `rows` in its order, every pair of them in `pairs`.

    `refused` says why there are none although there are runs to compare; empty otherwise.
    """

    rows: tuple[BoardRow, ...] = ()
    pairs: tuple[PairPage, ...] = ()
    comparison: Comparison | None = None
    refused: str = ""

    def pair(self, first: BoardRow, second: BoardRow) -> PairPage | None:
        """The page of two rows, in either order."""
        asked = {first.run_id, second.run_id}
        return next((pair for pair in self.pairs if {pair.first.run_id, pair.second.run_id} == asked), None)


def compared_rows(board: Board) -> list[BoardRow]:
    """The best ranked run of each model, best first; where these are few, further runs: MOST in all."""
    best = {row.model: row.run_id for row in reversed(board.ranked)}
    # A stable sort: the best runs of their models first, both parts in the order of the board.
    preferred = sorted(board.ranked, key=lambda row: best[row.model] != row.run_id)
    chosen = {row.run_id for row in preferred[:MOST]}
    return [row for row in board.ranked if row.run_id in chosen]


def board_comparisons(sources: Sources, board: Board) -> BoardComparisons:
    """All pairs of the compared rows in one comparison, whose p-values are adjusted over them."""
    catalog, with_labels = sources.catalog, sources.facts.shows_labels(board.dataset)
    rows = compared_rows(board)
    if len(rows) < 2:
        return BoardComparisons()
    try:
        found = compare(
            sources.leaderboard, [row.run_id for row in rows], catalog, Options(metrics=known_metrics(catalog))
        )
    except FerbenchError as error:
        return BoardComparisons(refused=f"{error.asked} {error.found}")
    return BoardComparisons(
        rows=tuple(rows), pairs=tuple(pair_pages(rows, found, with_labels=with_labels)), comparison=found
    )


def known_metrics(catalog: Catalog) -> tuple[str, ...]:
    """The usual metrics of a comparison, those that a loaded plugin gives."""
    return tuple(name for name in Options().metrics if name in catalog.metrics)


def pair_pages(rows: Sequence[BoardRow], found: Comparison, *, with_labels: bool) -> list[PairPage]:
    """The page of each pair."""
    at = {entry.name: number for number, entry in enumerate(found.entries)}
    return [pair_page(rows, found, pair, (at[pair.first], at[pair.second]), with_labels) for pair in found.pairs]


def pair_page(
    rows: Sequence[BoardRow], found: Comparison, pair: PairFinding, at: tuple[int, int], with_labels: bool
) -> PairPage:
    """The page of the pair of entries at two places, which it calls A and B."""
    first, second = rows[at[0]], rows[at[1]]
    called = {pair.first: "A", pair.second: "B"}
    named = replace(pair, first="A", second="B", better=called.get(pair.better or ""))
    return PairPage(
        page=comparison_page(first.model, second.model, (first.run_id, second.run_id)),
        first=first,
        second=second,
        names=names_apart(first, second),
        entries=(found.entries[at[0]], found.entries[at[1]]),
        finding=named,
        images=pair.discordant if with_labels else answered_differently(found, at),
        notes=tuple(notes_for(found, called)),
    )


def names_apart(first: BoardRow, second: BoardRow) -> tuple[str, str]:
    """The models' names; with weights, pictures seen or ids of the runs where nothing before tells the two apart."""
    if first.model != second.model:
        return first.model, second.model
    both = ((row.weights_name or "", row.seen, row.run_id[:_ID_DIGITS]) for row in (first, second))
    one, other = next(pair for pair in zip(*both, strict=True) if pair[0] != pair[1])
    return named(first.model, one), named(second.model, other)


def named(model: str, what: str) -> str:
    """A model with what is particular about a run of it, if anything is."""
    return f"{model} ({what})" if what else model


def answered_differently(found: Comparison, at: tuple[int, int]) -> tuple[Discordant, ...]:
    """The images that two entries answer differently, by their ids alone."""
    answers = zip(found.pairing.ids, *[found.answers[place].said for place in at], strict=True)
    return tuple(Discordant(id=name, label="", first="", second="") for name, one, other in answers if one != other)


def notes_for(found: Comparison, called: Mapping[str, str]) -> Iterator[str]:
    """The notes about some entries, as these are called now, and those about no entry."""
    for note in found.notes:
        name, colon, rest = note.partition(": ")
        if name in called:
            yield f"{called[name]}{colon}{rest}"
        elif name not in {entry.name for entry in found.entries}:
            yield note
