"""build_site(): a whole site from a leaderboard, the catalog and the ledger of claims."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.errors import ExtraNotInstalled, NothingMeasured
from ferbench.leaderboard.ranking import boards
from ferbench.report.board_claims import claims_beside
from ferbench.report.site.board_page import board_page_of
from ferbench.report.site.comparison_figures import classes_difference_figure
from ferbench.report.site.facts import facts_of
from ferbench.report.site.model_view import model_views
from ferbench.report.site.names import OVERVIEW
from ferbench.report.site.overview import overview
from ferbench.report.site.pages import Pages
from ferbench.report.site.run_view import run_view
from ferbench.report.site.sources import Sources
from ferbench.report.site.writing import new_site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.ledger.claims import Ledger
    from ferbench.report.site.board_page import BoardPage
    from ferbench.report.site.facts import Facts

    #: Is told how many of how many pages are written.
    Progress = Callable[[int, int], None]

_ASSETS = ("site.css", "site.js", "icon.svg")
#: So many images of a pair are listed.
_LISTED_IMAGES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A site that was written: its first page, the number of its pages, and the size of the largest one in bytes."""

    index: Path
    pages: int
    largest: int


def build_site(
    leaderboard: Leaderboard,
    catalog: Catalog,
    ledger: Ledger,
    out: Path,
    datasets: Sequence[str] = (),
    progress: Progress = lambda _done, _total: None,
) -> Built:
    """Write a site of all runs, or of those on some data sets, to the folder `out`.

    Raises:
        NothingMeasured: there is no such run.
        UsageError: `out` holds what no earlier site wrote.
        MissingError: it cannot be written, or plotly is not installed.
        LeaderboardError: the database cannot be read.
    """
    runs = tuple(run for run in leaderboard.runs() if not datasets or run.dataset in datasets)
    if not runs:
        raise nothing_recorded(leaderboard, datasets)
    sources = Sources(leaderboard=leaderboard, catalog=catalog, ledger=ledger, facts=facts_of(catalog), runs=runs)
    with new_site(out) as folder:
        copy_assets(folder / "assets")
        views = board_views(sources, datasets)
        write_pages(sources, views, Pages(folder, shared_values(leaderboard)), progress)
        sizes = [path.stat().st_size for path in folder.rglob("*.html")]
    return Built(index=out / OVERVIEW, pages=len(sizes), largest=max(sizes))


def nothing_recorded(leaderboard: Leaderboard, datasets: Sequence[str]) -> NothingMeasured:
    """The refusal to replace a site by an empty one, since most empty stores are mistyped names."""
    on = f" on {', '.join(datasets)}" if datasets else ""
    return NothingMeasured(
        f"A site of the runs{on} in {leaderboard.database} was to be made.",
        "No such run is recorded there.",
        "Name the database with --db, or begin with: ferbench run --help",
    )


def board_views(sources: Sources, datasets: Sequence[str]) -> list[BoardPage]:
    """All boards, each with the comparisons of its best runs."""
    beside = claims_beside(sources.ledger, sources.catalog)
    found = [board for name in datasets or (None,) for board in boards(sources.leaderboard, name)]
    return [board_page_of(board, sources, beside) for board in found]


def write_pages(sources: Sources, views: Sequence[BoardPage], pages: Pages, progress: Progress) -> None:
    """Every page of a site."""
    facts, total = sources.facts, len(sources.runs)
    board_of = {row.row.run_id: view for view in views for row in (*view.rows, *view.unranked)}
    row_of = {row.row.run_id: row.row for view in views for row in (*view.rows, *view.unranked)}
    pages.write("overview.html", OVERVIEW, overview=overview(sources.runs, views, facts))
    for view in views:
        pages.write("board.html", view.page, view=view, card=facts.datasets.get(view.board.dataset))
        write_comparisons(view, facts, pages)
    for model in model_views(sources.runs, views, facts):
        pages.write("model.html", model.page, model=model)
    for number, run in enumerate(sources.runs, start=1):
        found = run_view(sources.leaderboard, run, row_of.get(run.run_id))
        card = facts.datasets.get(run.dataset)
        shows_images = facts.shows_labels(run.dataset) and not run.private
        place = {"board": board_of.get(run.run_id), "card": card, "shows_images": shows_images}
        pages.write("run.html", found.page, run=found, **place)
        progress(number, total)


def write_comparisons(view: BoardPage, facts: Facts, pages: Pages) -> None:
    """The pages of the pairs of a board."""
    for pair in view.comparisons.pairs:
        pages.write(
            "comparison.html",
            pair.page,
            view=view,
            pair=pair,
            figure=classes_difference_figure(pair.finding),
            shows_labels=facts.shows_labels(view.board.dataset),
            images=pair.images[:_LISTED_IMAGES],
        )


def shared_values(leaderboard: Leaderboard) -> dict[str, Any]:
    """What the foot of every page says: when, by which version, and from which store; of a file its name alone."""
    path = leaderboard.database.path
    return {
        "made_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "version": version("ferbench"),
        "store": path.name if path else "a PostgreSQL database",
    }


def copy_assets(folder: Path) -> None:
    """Style sheet, script and icon of our own, and plotly as it was published."""
    folder.mkdir()
    for name in _ASSETS:
        with as_file(files("ferbench.report.site") / "assets" / name) as path:
            shutil.copyfile(path, folder / name)
    shutil.copyfile(plotly_script(), folder / "plotly.min.js")


def plotly_script() -> Path:
    """The script that the plotly package carries; the package itself is not imported."""
    spec = find_spec("plotly")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "package_data" / "plotly.min.js"
        if path.is_file():
            return path
    asked, found = (
        "The plots of a site were to be drawn.",
        "The plotly package is not installed, or holds no plotly.min.js.",
    )
    raise ExtraNotInstalled(asked, found, "Install it with: pip install 'plotly>=6'")
