"""Sites that `ferbench site` wrote of drawn runs, made once; tests only look at them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferbench.emotions import NAMED_ORDERS
from ferbench.leaderboard.store import Leaderboard
from tests.cli.terminal import Terminal
from tests.site.building import Drawn, drawn_result
from tests.site.html_pages import pages_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.terminal import Done
    from tests.site.html_pages import Page

EIGHT = NAMED_ORDERS["affectnet8"]

#: Ends attributes, elements and scripts, is a template, turns the direction of writing, and is no plain text.
ATTACK = (
    '"\'><img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script></script>'
    "{{7*7}}${7*7}&lt;b&gt;\u202e\x1b[31m"
)
LONG = "\u00e9\u4e2d<b>" * 75


@dataclass(frozen=True)
class Site:
    """A site, and what the command that wrote it said."""

    folder: Path
    done: Done

    @property
    def pages(self) -> dict[str, Page]:
        """All pages by their names."""
        return pages_in(self.folder)

    def page(self, start: str) -> Page:
        """The one page whose name starts like this."""
        (page,) = [page for name, page in self.pages.items() if name.startswith(start)]
        return page

    @property
    def texts(self) -> dict[str, str]:
        """Everything that was written, but for plotly."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "plotly.min.js"]
        return {path.relative_to(self.folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


RUNS = (
    Drawn(seed=1, model="alpha", accuracy=0.92, cost={"params_total": 40_000_000, "macs": 8_000_000_000}),
    Drawn(seed=2, model="beta", accuracy=0.9, cost={"params_total": 60_000_000, "macs": 9_000_000_000}),
    Drawn(seed=3, model="gamma", accuracy=0.7, cost={"params_total": 1_000_000, "macs": 100_000_000}),
    Drawn(seed=4, model="alpha", accuracy=0.88, weights="seed_2.pth"),
    Drawn(seed=5, model="delta", accuracy=0.5, cost={"macs": None, "latency_model_ms_p50": None}),
    Drawn(seed=6, model="epsilon", accuracy=0.6),
    Drawn(seed=7, model="zeta", accuracy=0.5),
    Drawn(seed=8, model="random", changes={"ranked": False, "not_ranked_because": ["random weights"]}),
    Drawn(seed=9, model="alpha", dataset="synthetic", classes=EIGHT, accuracy=0.8),
    Drawn(seed=10, model="beta", dataset="synthetic", classes=EIGHT, accuracy=0.75),
    Drawn(seed=11, model="alpha", dataset="folder", accuracy=0.8, changes={"private": True}),
    Drawn(seed=12, model="beta", dataset="folder", accuracy=0.7, changes={"private": True}),
)


def written(folder: Path, runs: tuple[Drawn, ...], *arguments: object) -> Site:
    """A site of some runs."""
    terminal = Terminal(folder)
    board = Leaderboard(terminal.database)
    for drawn in runs:
        board.record(drawn_result(drawn))
    done = terminal.ferbench("site", folder / "out", *arguments)
    return Site(folder / "out", done)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """A site of twelve runs on three test sets."""
    return written(tmp_path_factory.mktemp("site"), RUNS, "--json")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium or Chrome of this machine."""
    found = [
        path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))
    ]
    if not found:
        pytest.skip("no chromium and no google-chrome on the PATH: Debian has it as the package chromium")
    return found[0]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A site of runs with an attack in every field that reaches a page."""
    classes = ("neutral" + ATTACK, "fear", "../" * 30)
    changes = {
        "warnings": [ATTACK],
        "class_order_source": ATTACK,
        "input": ATTACK,
        "layout": ATTACK,
        "guards": {ATTACK: {"outcome": ATTACK, "finding": ATTACK}},
        "labels": {"kind": "variant", "name": ATTACK, "text": ATTACK, "finding": ATTACK},
        "environment": {"python": ATTACK, "packages": {ATTACK: ATTACK}},
        "plugin": {"name": ATTACK, "distribution": ATTACK, "version": ATTACK, "sha256": ATTACK},
        "weights": {
            "name": ATTACK, "sha256": "0" * 64, "selection": ATTACK, "extra_data": [ATTACK], "licence": ATTACK,
        },
        "spec": {"model": ATTACK, "dataset": ATTACK, "model_options": {ATTACK: ATTACK}},
    }  # fmt: skip
    cost = {"device_name": ATTACK, "counter": ATTACK}
    runs = (
        Drawn(seed=1, model=ATTACK, dataset="x" + ATTACK, classes=classes, changes=changes, cost=cost),
        Drawn(seed=2, model="../../etc/passwd", dataset="x" + ATTACK, classes=classes, accuracy=0.6, changes=changes),
        Drawn(seed=3, model=LONG, dataset="x" + ATTACK, classes=classes, accuracy=0.7, changes=changes),
        Drawn(seed=4, model="CON", dataset="x" + ATTACK, classes=classes,
              changes={**changes, "ranked": False, "not_ranked_because": [ATTACK]}),
    )  # fmt: skip
    return written(tmp_path_factory.mktemp("hostile"), runs)
