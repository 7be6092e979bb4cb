"""Where runs stand on their boards if nobody changed the database: from narrow columns alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ferbench.leaderboard.cells import number_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Data set, split and digest of the items: what the rows of one board have in common, runs over a part among them.
Place = tuple[str, str, str]


class Standing(NamedTuple):
    """A run by the metric of a board: a smaller `badness` is better, None is that of a run that may not be ranked.

    `n` images are in the test set with the id `test_set`.
    """

    run_id: str
    run_key: str
    created_at: str
    model: str
    n: int
    private: bool
    imported: bool
    test_set: int
    badness: float | None

    @property
    def order(self) -> tuple[float, str, str]:
        """Best first; equal values by the names of their models."""
        return self.badness or 0.0, self.model, textual(self.run_id)


def standings_by_place(rows: Iterable[Sequence[Any]], metric: str, sign: int) -> dict[Place, list[Standing]]:
    """Standings from rows of `queries.standings`, by the place of their board: newest first, and imported runs last.

    `sign` is -1 where a higher value of the metric is better, else 1.
    """
    by_class = "/" in metric
    found: dict[Place, list[Standing]] = defaultdict(list)
    for row in rows:
        found[place(row)].append(standing(row, by_class=by_class, sign=sign))
    return {where: measured_first(newest_first(standings)) for where, standings in found.items()}


def measured_first(standings: Iterable[Standing]) -> list[Standing]:
    """Standings with those of imported runs last: a file of somebody else takes no place of a run measured here."""
    return sorted(standings, key=lambda standing: standing.imported)


def newest_first(standings: Iterable[Standing]) -> list[Standing]:
    """Standings by the time of their runs; of one time in the order of ids."""
    by_id = sorted(standings, key=lambda standing: textual(standing.run_id))
    return sorted(by_id, key=lambda standing: standing.created_at, reverse=True)


def place(row: Sequence[Any]) -> Place:
    """The place of a row."""
    _, _, dataset, split, items, *_ = row
    return textual(dataset), textual(split), textual(items)


def standing(row: Sequence[Any], *, by_class: bool, sign: int) -> Standing:
    """The standing in a row; a cell of a wrong type costs the run its rank, and is named where the run is looked at.

    The value of one class stands on the images of that class, other values on all images of the run.
    """
    run_id, created_at, _, _, _, run_key, model, n, ranked, private, origin, test_set, withdrawn, *scored = row
    value, images = in_first_mode(scored)
    may_rank = ranked is True and withdrawn is None and isinstance(n, int) and isinstance(images, int)
    number = number_or_none(value) if may_rank and (by_class or images >= n) else None
    return Standing(
        run_id=run_id,
        run_key=run_key,
        created_at=textual(created_at),
        model=textual(model),
        n=n if isinstance(n, int) else 0,
        private=private is True,
        imported=bool(origin),
        test_set=test_set,
        badness=None if number is None else sign * number,
    )


def in_first_mode(scored: Sequence[Any]) -> tuple[Any, Any]:
    """Value and number of images in the first label mode that the run has a score in."""
    modes = zip(scored[::2], scored[1::2], strict=True)
    return next(((value, images) for value, images in modes if images is not None), (None, None))


def textual(value: Any) -> str:
    """A text, or what lists show in place of something else."""
    return value if isinstance(value, str) else ascii(value)
