"""A model as its page shows it: all its runs, what the catalog knows of it, and the licences that bear on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.report.site.names import model_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferbench.cards import ModelCard
    from ferbench.leaderboard.rows import RunRow
    from ferbench.report.site.board_page import BoardPage, RowView
    from ferbench.report.site.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A run on a board."""

    board: BoardPage
    row: RowView


@dataclass(frozen=True, slots=True, kw_only=True)
class Licences:
    """The three licences, None where nobody says: (text, names of weights) and (title of a data set, text)."""

    code: str | None
    weights: tuple[tuple[str | None, tuple[str, ...]], ...]
    data: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model. `places` are its runs on boards, ranked ones first; `others` the runs that no board shows."""

    name: str
    page: str
    summary: str
    card: ModelCard | None
    places: tuple[Place, ...]
    others: tuple[RunRow, ...]
    licences: Licences

    @property
    def ranked(self) -> tuple[Place, ...]:
        """The places with a rank."""
        return tuple(place for place in self.places if place.row.row.rank is not None)


def model_views(runs: Sequence[RunRow], boards: Iterable[BoardPage], facts: Facts) -> list[ModelView]:
    """One view a model that has a run, by name."""
    places: dict[str, list[Place]] = {}
    for board in boards:
        for row in (*board.rows, *board.unranked):
            places.setdefault(row.row.model, []).append(Place(board=board, row=row))
    of_model: dict[str, list[RunRow]] = {}
    for run in runs:
        of_model.setdefault(run.model, []).append(run)
    return [model_view(name, of_model[name], places.get(name, []), facts) for name in sorted(of_model)]


def model_view(name: str, runs: Sequence[RunRow], places: Sequence[Place], facts: Facts) -> ModelView:
    """The view of a model."""
    placed = {place.row.row.run_id for place in places}
    return ModelView(
        name=name,
        page=model_page(name),
        summary=facts.model_summary(name),
        card=facts.models.get(name),
        places=tuple(places),
        others=tuple(run for run in runs if run.run_id not in placed),
        licences=licences_of(name, places, {run.dataset for run in runs}, facts),
    )


def licences_of(name: str, places: Sequence[Place], datasets: Iterable[str], facts: Facts) -> Licences:
    """The licences of a model's code, of the weights that were run, and of the sets that they were run on."""
    card = facts.models.get(name)
    weights: dict[str | None, list[str]] = {}
    for row in (place.row.row for place in places):
        names = weights.setdefault(row.licence, [])
        if row.weights_name not in names:
            names.append(row.weights_name or "no name")
    cards = {dataset: facts.datasets.get(dataset) for dataset in sorted(datasets)}
    return Licences(
        code=card.code_licence if card else None,
        weights=tuple((text, tuple(names)) for text, names in weights.items()),
        data=tuple((facts.title(dataset), found.licence if found else None) for dataset, found in cards.items()),
    )
