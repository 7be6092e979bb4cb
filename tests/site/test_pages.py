"""What the pages of a site hold, and what they do not."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter

import pytest
from hatchling.builders.wheel import WheelBuilder

from ferbench.cli.app import status_of
from ferbench.leaderboard.store import Leaderboard
from ferbench.results import seal_of
from tests.leaderboard.building import RAFDB
from tests.site.building import Drawn, drawn_result
from tests.site.conftest import EIGHT, RUNS
from tests.site.html_pages import pages_in
from tests.test_wheel import ROOT


def test_there_is_a_page_for_everything(site):
    """One page each for the overview, a test set, a model, a run and a pair of the best runs; the JSON counts them."""
    kinds = Counter(name.split("/")[0] for name in site.pages)

    # Five runs of the first board are ten pairs, two of the others one each.
    assert kinds == {"index.html": 1, "boards": 3, "models": 7, "runs": len(RUNS), "comparisons": 12}
    assert site.done.status == 0
    assert site.done.json["pages"] == len(site.pages)
    assert site.done.json["index"] == str(site.folder / "index.html")


def test_links_are_relative_and_lead_somewhere(site):
    """Every address in every page is a file of the site, an anchor in it, or a page of the web behind a plain link."""
    pages = site.pages
    for name, page in pages.items():
        for element in page.elements:
            for attribute in ("href", "src"):
                address = element.attributes.get(attribute)
                if address is None:
                    continue
                if element.tag == "a" and address.startswith(("https://", "http://")):
                    continue
                path, _, anchor = address.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
                assert not address.startswith(("/", "javascript:", "data:")), address
                assert (site.folder / target).is_file(), (name, address)
                if anchor:
                    assert [item for item in pages[target].elements if item.attributes.get("id") == anchor]


def test_pages_are_well_formed(site):
    """Every element is closed, no id stands twice, and every page has one heading, one main part and a title."""
    for name, page in site.pages.items():
        ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]

        assert page.unclosed == [], name
        assert len(ids) == len(set(ids)), name
        for tag in ("h1", "main", "title"):
            assert len(page.all(tag)) == 1, (name, tag)
        assert page.all("title")[0].text.strip()


def test_tables_and_plots_can_be_read_aloud(site):
    """Tables have captions and headers with a scope; plots have a name, a caption, and a table with the same data."""
    for name, page in site.pages.items():
        for header in page.all("th"):
            assert header.attributes.get("scope") in {"col", "row"}, name
        assert len(page.all("table")) == len(page.all("caption")), name
        ids = {element.attributes.get("id"): element for element in page.elements}
        for canvas in page.all("div", role="img"):
            assert ids[canvas.attributes["aria-labelledby"]].text.strip()
            assert ids[canvas.attributes["aria-describedby"]].text.strip()
            figure = canvas.parents[-1]
            assert [item for item in page.all("table") if figure in item.parents]
        for region in page.all("div", role="region"):
            assert region.attributes["tabindex"] == "0"
            assert region.attributes["aria-label"]


def test_no_script_may_stand_in_a_page(site):
    """Scripts are files of the site, and a policy says so; no element has a handler or a style of its own."""
    for name, page in site.pages.items():
        (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
        assert "default-src 'none'; script-src 'self' file:;" in policy.attributes["content"]
        for script in page.all("script"):
            assert script.attributes.get("src", "").endswith(".js") or (
                script.attributes["type"] == "application/json" and json.loads(script.text)
            ), name
        assert not [
            item for item in page.elements if any(key.startswith("on") or key == "style" for key in item.attributes)
        ]


def test_no_page_shows_a_path_or_a_person(site):
    """Paths of whoever ran or wrote are nowhere, though records hold them; file names are."""
    for name, text in site.texts.items():
        assert "/home" not in text, name
        assert "anna" not in text, name
        assert str(site.folder.parent) not in text, name
    run = site.page("runs/gamma-on-rafdb")

    assert "--weights w.pth" in run.text
    assert "--data-root FOLDER_OF_RAFDB" in run.text


def test_labels_of_single_images_stand_only_where_they_may(site):
    """Of a set that may be passed on with answers; of any other ids alone; of a private one nothing."""
    by_set = {}
    for name, page in site.pages.items():
        if name.startswith("comparisons/"):
            by_set.setdefault(re.search(r"(test split|RAF-DB|Drawn faces|own)", page.text)[0], []).append((name, page))
    free = [page for pages in by_set.values() for _, page in pages if "Drawn faces" in page.text]
    others = [page for pages in by_set.values() for _, page in pages if "RAF-DB, basic" in page.text]
    private = [page for pages in by_set.values() for _, page in pages if "A private set" in page.text]

    assert (len(free), len(others), len(private)) == (1, 10, 1)
    assert "Image Label A said B said" in free[0].text
    for page in others:
        assert not {"Label", "A said", "B said"} & {header.text for header in page.all("th")}
    assert "test_0" not in private[0].text


def test_images_without_labels_are_those_answered_differently(site):
    """Which is more than those that one answers right: their number would give labels away."""
    for name, page in site.pages.items():
        if name.startswith("comparisons/") and "RAF-DB, basic" in page.text:
            differing, discordant = re.search(
                r"(\d+) images that the two answer differently; exactly one is right in (\d+)", page.text
            ).groups()
            images = [header for header in page.all("th", scope="row") if header.text.startswith("test_")]

            assert int(discordant) < int(differing) == len(images)


def test_a_board_says_all_there_is_to_a_row(site):
    """Measured with interval, how the weights were chosen, licence, plots; and runs without a rank apart."""
    page = site.page("boards/rafdb")

    assert "92.50" in page.text
    assert "The weights were chosen by their score on this very test set" in page.text
    assert "research only" in page.text
    assert "random weights" in page.text
    assert [item.text for item in page.all("h2")] == [
        "Ranked runs", "Accuracy against cost", "Is the difference real?", "Reported by others", "Not ranked",
        "About the set",
    ]  # fmt: skip
    assert len(page.figures) == 3


def test_the_front_of_a_plot_is_marked_by_more_than_colour(site):
    """Runs on the Pareto front are diamonds, the others circles, in the figure; and "yes" or "no" in its table."""
    figure = site.page("boards/rafdb").figures[0]
    symbols = [symbol for trace in figure["data"] for symbol in trace.get("marker", {}).get("symbol", ())]

    assert {"diamond", "circle"} <= set(symbols)


def test_a_run_that_was_damaged_has_a_page_that_says_so(tmp_path):
    """A record that is none, answers that cannot be read, a broken seal and a withdrawal do not stop a site."""
    board = Leaderboard(tmp_path / "board.sqlite")
    for seed in range(1, 6):
        board.record(drawn_result(Drawn(seed=seed, model=f"model_{seed}", n=40)))
    ids = {run.model: run.run_id for run in board.runs()}
    board.invalidate(ids["model_4"], "wrong images")
    with board.database.writing() as connection:
        run = "UPDATE run SET record = ? WHERE run_id = ?"
        connection.exec_driver_sql(run, ('{"scores": 3}', ids["model_1"]))
        connection.exec_driver_sql("UPDATE prediction SET outputs = ? WHERE run_id = ?", (b"x", ids["model_2"]))
        text = connection.exec_driver_sql("SELECT record FROM run WHERE run_id = ?", (ids["model_3"],)).scalar_one()
        connection.exec_driver_sql(run, (text.replace("0.", "0.9", 1), ids["model_3"]))

    assert status_of(["site", str(tmp_path / "out"), "--db", str(tmp_path / "board.sqlite")]) == 0
    found = pages_in(tmp_path / "out")
    pages = {page.all("h1")[0].text.split()[0]: page.text for name, page in found.items() if name.startswith("runs/")}
    assert "This run cannot be shown" in pages["model_1"]
    assert "This run cannot be shown" in pages["model_2"]
    assert "broken seal" in pages["model_3"]
    assert "invalidated: wrong images" in pages["model_4"]
    assert "This run cannot be shown" not in pages["model_5"]


def test_a_number_that_is_too_large_stops_no_site(tmp_path):
    """A stranger can seal whole numbers beyond all others."""
    store = tmp_path / "board.sqlite"
    result = drawn_result(Drawn(seed=1, model="huge", n=40))
    Leaderboard(store).record(result)
    record = {name: value for name, value in result.record.items() if name != "seal"}
    record["cost"]["macs"] = 10**400
    with Leaderboard(store).database.writing() as connection:
        connection.exec_driver_sql("UPDATE run SET record = ?, seal = ?", (json.dumps(record), seal_of(record)))

    assert status_of(["site", str(tmp_path / "out"), "--db", str(store)]) == 0
    (page,) = [page for name, page in pages_in(tmp_path / "out").items() if name.startswith("runs/")]
    assert "This run cannot be shown" in page.text


@pytest.mark.parametrize(
    ("dataset", "private", "named"), [("folder", True, False), ("rafdb", False, False), ("synthetic", False, True)]
)
def test_images_without_an_answer_are_named_where_labels_may_be(tmp_path, dataset, private, named):
    """An id beside the counts of "no answer" by class is a label; reasons hold names of files, too."""
    failures = {"test_0003": "unreadable: cannot identify image file '/home/anna/faces/test_0003.png'"}
    changes = {"private": private, "failures": failures}
    classes = EIGHT if dataset == "synthetic" else RAFDB
    drawn = Drawn(seed=1, model="model", dataset=dataset, classes=classes, n=40, changes=changes)
    Leaderboard(tmp_path / "board.sqlite").record(drawn_result(drawn))

    assert status_of(["site", str(tmp_path / "out"), "--db", str(tmp_path / "board.sqlite")]) == 0
    (page,) = [page for name, page in pages_in(tmp_path / "out").items() if name.startswith("runs/")]
    assert ("test_0003" in page.html) is named
    assert ("1 image has no answer" in page.text) is not named


def test_a_cost_is_that_of_a_whole_picture(tmp_path):
    """A run that took two views of a picture costs twice what a forward pass does, in tables and plots alike."""
    cost = {"macs": 3_000_000_000, "latency_model_ms_p50": 40.0}
    changes = {"tta": "flip", "views": 2}
    for drawn in (Drawn(seed=1, model="a", cost=cost, changes=changes), Drawn(seed=2, model="a", cost=cost)):
        Leaderboard(tmp_path / "board.sqlite").record(drawn_result(drawn))

    assert status_of(["site", str(tmp_path / "out"), "--db", str(tmp_path / "board.sqlite")]) == 0
    pages = pages_in(tmp_path / "out")
    for kind in ("boards/", "models/"):
        page = next(page for name, page in pages.items() if name.startswith(kind))
        cells = [cell.text for cell in page.all("td")]
        assert {"6.000 G (2 views)", "3.000 G", "80.00 ms (2 views)", "40.00 ms"} <= set(cells)
    (board,) = [page for name, page in pages.items() if name.startswith("boards/")]
    assert {x for trace in board.figures[0]["data"] for x in trace["x"]} == {3.0, 6.0}


def test_two_runs_of_one_model_are_told_apart_by_name(tmp_path):
    """By their weights or by the pictures that they saw, whichever differs, in the title of their comparison."""
    flip = {"tta": "flip", "views": 2}
    for drawn in (
        Drawn(seed=1, model="a", weights="one.pth", accuracy=0.95),
        Drawn(seed=2, model="a", weights="two.pth", accuracy=0.9),
        Drawn(seed=3, model="a", weights="two.pth", accuracy=0.85, changes=flip),
    ):
        Leaderboard(tmp_path / "board.sqlite").record(drawn_result(drawn))

    assert status_of(["site", str(tmp_path / "out"), "--db", str(tmp_path / "board.sqlite")]) == 0
    titles = {page.all("h1")[0].text for page in pages_in(tmp_path / "out").values()}
    assert {"a (one.pth) against a (two.pth)", "a against a (TTA flip)"} <= titles


def test_only_some_data_sets(tmp_path):
    """`--dataset` leaves the runs on other sets out, of every page."""
    store = tmp_path / "board.sqlite"
    for drawn in (*RUNS[:2], *RUNS[8:10]):
        Leaderboard(store).record(drawn_result(drawn))
    status = status_of(["site", str(tmp_path / "out"), "--db", str(store), "--dataset", "synthetic"])
    pages = pages_in(tmp_path / "out")

    assert status == 0
    assert {name.split("/")[0] for name in pages} == {"index.html", "boards", "models", "runs", "comparisons"}
    assert not [name for name, page in pages.items() if "RAF-DB, basic" in page.text]


@pytest.mark.parametrize(
    "arguments", [["--dataset", "ferplus"], ["--db", "none.sqlite"]], ids=["no such set", "no runs"]
)
def test_an_empty_store_makes_no_site(tmp_path, arguments, monkeypatch, capsys):
    """Exit code 5, and an earlier site stays: most empty stores are mistyped names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERBENCH_DB", str(tmp_path / "board.sqlite"))
    Leaderboard(tmp_path / "board.sqlite").record(drawn_result(RUNS[0]))
    assert status_of(["site", "out"]) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.html")}

    assert status_of(["site", "out", *arguments]) == 5
    assert "No such run is recorded there." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.html")} == before


def test_wheels_carry_templates_and_assets():
    """Everything that pages are made of is packed."""
    builder = WheelBuilder(str(ROOT))
    names = {item.distribution_path for item in builder.recurse_included_files()}
    own = [path for folder in ("templates", "assets") for path in (ROOT / "ferbench/report/site" / folder).iterdir()]

    assert len(own) >= 9
    assert {path.relative_to(ROOT).as_posix() for path in own} <= names


def test_without_the_plugins_of_a_run_it_is_shown_all_the_same(tmp_path, monkeypatch):
    """Names that no plugin gives have no cards, and differences are those that can be computed; numbers stay."""
    results = [drawn_result(drawn) for drawn in RUNS[:2]]
    for result in results:
        Leaderboard(tmp_path / "board.sqlite").record(result)
    monkeypatch.setenv("FERBENCH_LOAD_PLUGINS", "timm")

    assert status_of(["site", str(tmp_path / "out"), "--db", str(tmp_path / "board.sqlite")]) == 0
    pages = pages_in(tmp_path / "out")
    for result in results:
        assert f"{100 * result.record['scores']['strict']['accuracy']:.2f}" in pages["index.html"].text
    assert {name.split("/")[0] for name in pages} == {"index.html", "boards", "models", "runs", "comparisons"}
