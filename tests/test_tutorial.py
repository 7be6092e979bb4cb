"""The tutorial "your first model plugin": its text is executed, line by line, and ends with a ranked run."""

from __future__ import annotations

import difflib
import json
import re

import pytest

from tests.docs_pages import DOCS, blocks
from tests.environments import Environment

pytestmark = pytest.mark.slow

PAGE = DOCS / "tutorial" / "first-plugin.md"
PROJECT = "ferbench-emotion-net"
#: The author's own file, which is copied and not written.
TAKEN_AS_IT_IS = "network.py"
MOST_CHANGED_LINES = 15


class Reader:
    """Somebody who does what the page says, block by block, in a terminal of their own."""

    def __init__(self, environment, folder):
        self.environment, self.start, self.folder, self.printed, self.begun = environment, folder, folder, "", {}

    def read(self, block):
        """Do what a block asks for."""
        {"python": self.save, "sh": self.type, "diff": self.edit, "text": self.expect}[block.language](block.text)

    def save(self, text):
        """Save a file, whose name stands in its first line."""
        name = re.match(r"# (\w+\.py)\n", text)[1]
        (self.folder / name).write_text(text, encoding="utf-8")

    def type(self, text):
        """Type commands; the folder that they end in is the one of the next."""
        done = self.environment.shell(f"{text}pwd > '{self.start}/folder'", self.folder)
        assert done.returncode == 0, f"{text}\n{done.stdout}"
        self.printed, self.folder = done.stdout, self.start / (self.start / "folder").read_text().strip()
        if "plugin new" in text:
            self.begun = texts_of(self.start / PROJECT)

    def edit(self, text):
        """Replace lines of a file: each hunk stands there exactly once."""
        head, _, hunks = text.partition("\n")
        path = self.folder / head.removeprefix("--- ")
        for hunk in hunks.split("@@\n"):
            lines = hunk.splitlines()
            old, new = ("\n".join(line[1:] for line in lines if line[:1] in {"", " ", sign}) for sign in "-+")
            found = path.read_text(encoding="utf-8")
            assert found.count(old) == 1, f"{path.name} has this {found.count(old)} times:\n{old}"
            path.write_text(found.replace(old, new), encoding="utf-8")

    def expect(self, text):
        """Every line of an output was printed, whatever its numbers."""
        shown = [blurred(line) for line in text.splitlines() if line.strip() not in {"...", ""}]
        printed = [blurred(line) for line in self.printed.splitlines()]
        assert [line for line in shown if line not in printed] == []


def blurred(line):
    """A line without its numbers and the width of its columns: scores depend on the machine that trained.

    How many checks passed does not.
    """
    if re.search(r"\d+ pass, \d+ fail", line):
        return line.strip()
    return re.sub(r"[ ─]+", " ", re.sub(r"run [0-9a-f]{8}|\d[\d.,e+-]*", "#", line)).strip()


def texts_of(folder):
    """Lines by path of every text file below a folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8").splitlines() for path in paths}


def changed_lines(before, after):
    """Lines that were changed, added or removed, in all files."""
    matchers = (difflib.SequenceMatcher(None, before.get(path, []), lines) for path, lines in after.items())
    codes = (code for matcher in matchers for code in matcher.get_opcodes() if code[0] != "equal")
    return sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in codes)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Somebody who has done all that the page says."""
    environment = Environment.new(tmp_path_factory.mktemp("environment") / "env")
    done = Reader(environment, tmp_path_factory.mktemp("tutorial"))
    for block in in_order():
        done.read(block)
    return done


def in_order():
    """All blocks of the page, from top to bottom."""
    text = PAGE.read_text(encoding="utf-8")
    found = [block for language in ("python", "sh", "diff", "text") for block in blocks(language) if block.page == PAGE]
    assert len(found) == text.count("\n```") // 2
    return sorted(found, key=lambda block: text.index(f"```{block.language}\n{block.text}"))


def test_the_run_is_ranked(reader):
    """The last commands of the page recorded a ranked run of the plugin, better than guessing one class of eight."""
    board = json.loads(reader.environment.shell("ferbench leaderboard --json", reader.folder).stdout)
    (row,) = board["rows"]
    record = json.loads(reader.environment.shell("ferbench show latest --json", reader.folder).stdout)

    assert row["model"] == "emotion_net"
    assert record["ranked"] is True
    assert record["plugin"]["distribution"] == PROJECT
    assert record["n"] == 3200
    assert record["scores"]["strict"]["accuracy"] > 0.2


def test_few_lines_were_changed(reader):
    """From the scaffold to the ranked run: as many lines as the page says, at most 15."""
    after = {path: lines for path, lines in texts_of(reader.start / PROJECT).items() if "cache" not in path}
    own = f"{PROJECT.replace('-', '_')}/{TAKEN_AS_IT_IS}"
    assert after.pop(own) == (reader.start / "emotion_net.py").read_text(encoding="utf-8").splitlines()
    stated = int(re.search(r"(\d+) changed lines", PAGE.read_text(encoding="utf-8"))[1])

    assert changed_lines(reader.begun, after) == stated <= MOST_CHANGED_LINES


def test_lines_are_counted():
    """A changed, an added and a removed line count one each."""
    assert changed_lines({"a": ["1", "2", "3"]}, {"a": ["1", "two", "3"]}) == 1
    assert changed_lines({"a": ["1", "2"]}, {"a": ["1", "2", "3"]}) == 1
    assert changed_lines({"a": ["1", "2"]}, {"a": ["1"], "b": ["new", "file"]}) == 3
