"""Texts of strangers in every field of a board, in every format: shown as they are, never more than a text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html.parser import HTMLParser
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from ferbench.leaderboard.store import Leaderboard
from ferbench.report import board_latex, board_markdown
from ferbench.report.board_columns import all_columns
from ferbench.report.board_csv import csv_text
from ferbench.report.board_documents import board_documents, row_documents
from ferbench.report.board_html import html
from ferbench.report.board_sheets import printable
from ferbench.report.board_tables import BoardsReport
from tests.leaderboard.building import build_result
from tests.report.board_sheets_of import sheets_of

#: HTML, a terminal's colours, line ends, right-to-left, Markdown, LaTeX, a formula.
HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(\"1\")</script> \x1b[31m[red]x[/red]\r\n\u202e | `a` **b** _c_ ~~d~~ [e](f) "
    '![g](h) www.i.example https://j.example $k$ &amp; \\input{/l} {m} # % ^ ~ "q"'
)


def hostile_result(seed, text=HOSTILE, **changes):
    """A run whose record holds a hostile text wherever it may hold a text that boards show."""
    verdict = {"text": text, "finding": text}
    hostile = {
        **dict.fromkeys(("dataset", "split", "input", "model", "tta"), text),
        "weights": {"name": text, "sha256": "0" * 64, "selection": text, "extra_data": [text], "licence": text},
        "preprocess": {"crop": text, "align": text},
        "labels": verdict,
        "pixels": verdict,
        "left_out": {text: 3},
    }
    return build_result(seed, **{**hostile, **changes})


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """One board with two ranked rows and one that is not, all hostile."""
    leaderboard = Leaderboard(tmp_path_factory.mktemp("hostile") / "board.sqlite")
    leaderboard.record(hostile_result(1))
    leaderboard.record(hostile_result(2, pixels={"text": "official"}))
    leaderboard.record(hostile_result(3, ranked=False, not_ranked_because=[HOSTILE]))
    found = sheets_of(leaderboard)
    assert [len(grid.lines) for sheet in found for grid in sheet.grids] == [2, 1]
    return found


def is_plain(text):
    """Whether a text has no control character but line ends and nothing invisible."""
    return all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf"} for char in text)


def shown_texts(sheets):
    """All texts of boards, in the order of a document."""
    for sheet in sheets:
        yield sheet.title
        for grid in sheet.grids:
            yield from grid.headings
            yield from chain.from_iterable(grid.cells)
        yield from sheet.remarks


def squeezed(text):
    """A text without what a reader of HTML or Markdown does not see."""
    return " ".join(text.split())


def test_every_hostile_field_is_shown(sheets):
    """Title, cells and reasons hold the text, spelt out, in one line."""
    texts = list(shown_texts(sheets))

    assert sum(printable(HOSTILE) in text for text in texts) >= 20
    assert all(is_plain(text) and "\n" not in text for text in texts)
    assert r"\x1b[31m[red]x[/red]\r\n\u202e" in texts[0]


def test_markdown_holds_texts_and_tables_alone(sheets):
    """A reader of Markdown finds headings, tables and paragraphs, and in them the texts as they are."""
    text = board_markdown.markdown(sheets)
    tokens = markdown_reader().parse(text)
    inline = [token for token in tokens if token.type == "inline"]

    assert is_plain(text)
    assert {token.tag for token in tokens} <= {"h3", "table", "thead", "tbody", "tr", "th", "td", "p", ""}
    assert {child.type for token in inline for child in token.children} == {"text"}
    assert [shown_text(token) for token in inline] == [squeezed(text) for text in shown_texts(sheets)]


def markdown_reader():
    """A reader of Markdown with everything that GitHub reads and that could do harm."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def shown_text(token):
    """The text of a paragraph or a cell."""
    return squeezed("".join(child.content for child in token.children))


PRINTABLE = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=30).map(printable)


@given(PRINTABLE)
@example("a\\|b")
@example("\\")
@example("| --- |")
def test_any_text_survives_a_cell_of_markdown(text):
    """What a reader shows of a cell is the text that was put in."""
    lines = ["| a | b |", "|---|---|", f"| {board_markdown.escaped(text)} | end |"]
    inline = [token for token in markdown_reader().parse("\n".join(lines)) if token.type == "inline"]

    assert [shown_text(token) for token in inline] == ["a", "b", squeezed(text), "end"]


def test_links_and_formulas_of_github_are_broken():
    """What GitHub would make a link or a formula of is interrupted in the source."""
    source = board_markdown.escaped("https://a.example www.b.example c@d.example $e$ #1")

    assert not re.search(r"\w://|www\.|(?<!\\)[@:#]|\$", source.replace("&#36;", ""))


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.texts, self.inside = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self.inside[-1:] != ["style"]:
            self.texts.append(data)


def test_html_holds_texts_and_tables_alone(sheets):
    """A browser finds no script, no event and no address, every table has headings, and the texts are as they are."""
    reader, text = Reader(), html(sheets)
    reader.feed(text)
    known = {"html", "head", "meta", "title", "style", "body", "h1", "section", "h2", "div", "table", "caption"}

    assert is_plain(text)
    assert reader.tags <= known | {"thead", "tbody", "tr", "th", "td", "p"}
    assert reader.attributes <= {
        "lang",
        "charset",
        "name",
        "content",
        "class",
        "tabindex",
        "role",
        "scope",
        "aria-label",
    }
    shown = [text for text in reader.texts if not text.startswith(("ferbench", "Ranked,", "Not ranked"))]
    assert shown == list(shown_texts(sheets))
    assert text.count('<th scope="row">') == 3
    assert text.count("<caption>") == 2


def test_html_is_a_page_of_its_own(sheets):
    """The page asks nothing of a network."""
    text = html(sheets)

    assert not re.search(r"""<(script|link|img|iframe)|\b(src|href)=|url\(|@import""", text)


#: Everything that the writer of LaTeX makes of a special character; anything else stands for itself.
_LATEX = re.compile(
    r"\\text(?P<name>backslash|asciitilde|asciicircum|less|greater|bar)\{\}"
    r"|(?P<quote>\{\\char34\})|\\(?P<escaped>[{}$&#_%])|\{(?P<braced>[\[\]*])\}|(?P<plain>[^\\{}$&#_%~^<>|\"\[\]*])"
)
_NAMED = {"backslash": "\\", "asciitilde": "~", "asciicircum": "^", "less": "<", "greater": ">", "bar": "|"}


def typeset(source):
    """The text that LaTeX sets; a special character that would be obeyed is an error."""
    text, place = "", 0
    while place < len(source):
        found = _LATEX.match(source, place)
        assert found, f"LaTeX would obey: {source[place:]}"
        text += _NAMED.get(found["name"]) or (found["quote"] and '"') or found[found.lastgroup]
        place = found.end()
    return text


@given(PRINTABLE)
@example("\\input{x}")
@example("[2em] * ^^M ~")
def test_any_text_survives_latex(text):
    """What LaTeX sets is the text that was put in."""
    assert typeset(board_latex.escaped(text)) == text


def test_latex_holds_texts_and_tables_alone(sheets):
    """Cells are separated by ampersands that are no part of a text, every row has as many as there are columns."""
    lines = board_latex.latex(sheets).splitlines()
    rows = [line.removesuffix(r" \\") for line in lines if line.endswith(r" \\")]
    written = [typeset(cell) for row in rows for cell in re.split(r"(?<!\\) & ", row)]
    grids = [grid for sheet in sheets for grid in sheet.grids]
    rules = (r"\begin{tabular}", r"\end{tabular}", r"\toprule", r"\midrule", r"\bottomrule", r"\par", r"\noindent{")

    assert is_plain("\n".join(lines))
    assert written == [cell for grid in grids for cell in chain(grid.headings, *grid.cells)]
    assert all(line.startswith(("% ", *rules)) for line in lines if line and not line.endswith(r" \\"))
    assert f"% items {sheets[0].board.items_sha256}" in lines


def test_csv_holds_no_formula_and_no_control_character(sheets):
    """No cell is what a spreadsheet would run, and every line has a cell for every column."""
    text = csv_text(sheets, all_columns("accuracy"))
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    cells = [cell for line in lines for cell in line]

    assert is_plain(text)
    assert [len(line) for line in lines] == 3 * [len(header)]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {dict(zip(header, line, strict=True))["model"] for line in lines} == {f"'{printable(HOSTILE)}"}


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_every_start_of_a_formula_is_defused(tmp_path, start):
    """Whichever sign a formula begins with, and in whichever field."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(hostile_result(1, start, ranked=False, not_ranked_because=[start]))
    (line,) = csv.DictReader(io.StringIO(csv_text(sheets_of(leaderboard), all_columns("accuracy")), newline=""))
    hostile = (
        "dataset",
        "split",
        "model",
        "weights",
        "labels",
        "pixels",
        "input",
        "selection",
        "extra_data",
        "licence",
    )

    for name in (*hostile, "not_ranked_because"):
        assert line[name].lstrip("'") == printable(start)
        assert line[name][0] not in "=+-@\t\r"


def test_numbers_below_zero_stay_numbers(tmp_path):
    """A metric may be negative: its value is no formula, and no text."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(build_result(1, accuracy=-0.25))
    (line,) = csv.DictReader(io.StringIO(csv_text(sheets_of(leaderboard), all_columns("accuracy")), newline=""))

    assert float(line["accuracy"]) == -0.25


def test_the_terminal_obeys_nothing(sheets):
    """The table shows markup and escape sequences, spelt out."""
    console = Console(file=io.StringIO(), width=400, force_terminal=False, legacy_windows=False, _environ={})
    console.print(BoardsReport(sheets))
    text = console.file.getvalue()

    assert is_plain(text)
    assert r"\x1b[31m[red]" in text


def test_json_holds_the_texts_as_they_are(sheets):
    """A program gets the names of the record, unchanged."""
    rows = list(row_documents(sheets))

    assert {row["model"] for row in rows} == {row["dataset"] for row in rows} == {HOSTILE}
    assert [row["ranked"] for row in rows] == [True, True, False]
    assert HOSTILE in rows[2]["reasons"]
    assert board_documents(sheets)[0]["left_out"] == (HOSTILE,)
