"""Sites in a real Chromium, from the file system: nothing is fetched, nothing fails, no name runs as a script."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install 'ferbench[dev]'")

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
#: Texts that are harder to read than 4.5 to 1: (text, contrast). Colours are read back from a canvas, which knows all.
LOW_CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data);
  };
  const light = ([r, g, b]) => {
    const parts = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || element.closest("svg, script, .hidden, .skip") || !element.checkVisibility()) continue;
    const [one, other] = [light(rgba(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) found.push([text.slice(0, 40), contrast]);
  }
  return found;
}"""


@dataclass
class Watched:
    """A page, with everything that went wrong in it and everything that it asked for."""

    page: sync_api.Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path) -> sync_api.Page:
        """Open a file and wait until it is drawn."""
        self.page.goto(path.as_uri())
        self.eventually("[...document.querySelectorAll('.canvas')].every((plot) => plot.querySelector('.main-svg'))")
        return self.page

    def eventually(self, script: str) -> None:
        """Wait until a script says true; Playwright's own way to wait would evaluate texts, which pages forbid."""
        for _ in range(200):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(script)

    def require_quiet(self) -> None:
        """Nothing on the console, and nothing asked for but files of this machine."""
        assert self.said == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[sync_api.Browser]:
    """A browser without a network of its own."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def watched(browser, **options) -> Iterator[Watched]:
    """A page of its own, watched from the start."""
    context = browser.new_context(**options)
    page = context.new_page()
    found = Watched(page)
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("request", lambda request: found.requests.append(request.url))
    yield found
    context.close()


def one_of_each(site) -> list[Path]:
    """A page of every kind."""
    kinds = ("index", "boards/rafdb", "models/alpha", "runs/alpha-on-rafdb", "comparisons/alpha")
    return [next(site.folder / name for name in sorted(site.pages) if name.startswith(kind)) for kind in kinds]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_quiet_narrow_and_readable(site, browser, width, scheme):
    """No message, no request off the page, no sideways scrolling of a page, contrast of at least 4.5 to 1."""
    with watched(browser, viewport={"width": width, "height": 800}, color_scheme=scheme) as found:
        for path in one_of_each(site):
            page = found.open(path)

            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(LOW_CONTRAST) == [], path
        found.require_quiet()


def column(page, table, number) -> list[str]:
    """The texts of a column that are seen, top down."""
    return page.locator(f"{table} tbody tr:visible > :nth-child({number})").all_inner_texts()


def values(page, table, number) -> list[float]:
    """The values that a column is sorted by."""
    cells = page.locator(f"{table} tbody tr > :nth-child({number})")
    return [
        float(item)
        for item in cells.evaluate_all("cells => cells.map((cell) => cell.dataset.value)")
        if item != "\u2013"
    ]


def test_tables_are_sorted_by_mouse_and_by_keyboard(site, browser):
    """A header is a button: it sorts up, then down, says so, and puts what has no value last."""
    table = "table.board"
    with watched(browser) as found:
        page = found.open(site.folder / site.page("boards/rafdb").name)
        header = page.locator(f"{table} th", has=page.get_by_role("button", name="Params", exact=True))
        button = header.get_by_role("button")
        assert header.get_attribute("aria-sort") == "none"

        button.click()
        assert header.get_attribute("aria-sort") == "ascending"
        assert values(page, table, 6) == sorted(values(page, table, 6))

        button.focus()
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == "descending"
        assert values(page, table, 6) == sorted(values(page, table, 6), reverse=True)

        macs = page.get_by_role("button", name="MACs", exact=True)
        for _ in range(2):
            macs.press("Space")
            assert column(page, table, 7)[-1] == "\u2013"
        assert header.get_attribute("aria-sort") == "none"
        page.locator(table).get_by_role("button", name="Model", exact=True).click()
        names = [text.split("\n")[0] for text in column(page, table, 1)]
        assert names == sorted(names)
        found.require_quiet()


def test_tables_are_filtered(site, browser):
    """Rows with all words stay, in any case of letters; their number is said aloud."""
    with watched(browser) as found:
        page = found.open(site.folder / site.page("boards/rafdb").name)
        box = page.locator(".table-box", has=page.locator("table.board"))
        field, count = box.get_by_label("Show rows with"), box.locator("output")
        assert count.get_attribute("aria-live") == "polite"
        assert count.inner_text() == "7 rows"

        field.fill("ALPHA val-best")
        assert {text.split("\n")[0] for text in column(page, "table.board", 1)} == {"alpha"}
        field.fill("no such row")
        assert column(page, "table.board", 1) == []
        assert count.inner_text() == "0 of 7 rows"
        field.fill("")
        assert len(column(page, "table.board", 1)) == 7
        found.require_quiet()


def test_one_can_walk_from_page_to_page(site, browser):
    """Overview, board, run, model, comparison and back, by links alone."""
    with watched(browser) as found:
        page = found.open(site.folder / "index.html")
        page.get_by_role("link", name="RAF-DB, basic expressions", exact=True).click()
        assert page.locator("h1").inner_text() == "RAF-DB, basic expressions"
        page.locator("table.board").get_by_role("link", name="beta").click()
        assert "beta on RAF-DB" in page.locator("h1").inner_text()
        page.locator("h1").get_by_role("link", name="beta").click()
        assert page.locator("h1").inner_text() == "beta"
        page.locator("table.board").get_by_role("link", name="RAF-DB").click()
        page.locator("table.pairs a").first.click()
        assert "alpha against beta" in page.locator("h1").inner_text()
        page.locator("table.versus a").first.click()
        assert "alpha on RAF-DB" in page.locator("h1").inner_text()
        page.get_by_role("link", name="ferbench", exact=True).click()
        assert page.url.endswith("index.html")
        found.require_quiet()


def test_the_first_key_leads_past_the_navigation(site, browser):
    """The skip link is the first stop of the tabulator, is seen then, and leads to the content."""
    with watched(browser) as found:
        page = found.open(site.folder / "index.html")
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        found.require_quiet()


def test_plots_are_images_with_names_and_follow_the_theme(site, browser):
    """A screen reader hears what a plot shows; its colours change with the colour scheme while the page is open."""
    with watched(browser, color_scheme="light") as found:
        page = found.open(site.folder / site.page("runs/gamma-on-rafdb").name)
        for name in ("Recall by class", "Reliability"):
            assert page.get_by_role("img", name=name).count() == 1
        ink = "document.querySelector('#recall .xtick text').style.fill"
        before = page.evaluate(ink)
        page.emulate_media(color_scheme="dark")
        found.eventually(f"{ink} !== {before!r}")
        found.require_quiet()


def test_a_page_says_the_same_without_scripts(site, browser):
    """Tables, data of plots and links are there; what only a script can do is not offered."""
    with watched(browser, java_script_enabled=False) as found:
        page = found.page
        page.goto((site.folder / site.page("boards/rafdb").name).as_uri())

        assert page.locator("table.board tbody tr").count() == 7
        assert page.get_by_role("button").count() == 0
        assert page.get_by_role("searchbox").count() == 0
        page.get_by_text("The same as a table").first.click()
        assert page.get_by_role("cell", name="yes").first.is_visible()


def test_on_paper_nothing_is_folded_away(site, browser):
    """Printing opens what is folded."""
    with watched(browser) as found:
        page = found.open(site.folder / site.page("runs/gamma-on-rafdb").name)
        assert page.locator("details:not([open])").count() > 0
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0


def test_hostile_names_do_nothing(hostile, browser):
    """No name runs as a script, in no page, in no plot, with whatever is under the mouse."""
    with watched(browser) as found:
        for name in hostile.pages:
            page = found.open(hostile.folder / name)
            for canvas in page.locator(".canvas").all():
                canvas.scroll_into_view_if_needed()
                canvas.hover()
            for button in page.locator("thead button").all():
                button.click()

            assert page.evaluate("window.__pwned") is None, name
            assert page.evaluate("document.querySelectorAll('img, a[href^=\"javascript\"]').length") == 0
        found.require_quiet()
