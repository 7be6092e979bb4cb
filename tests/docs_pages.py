"""The documentation as tests read it: pages, code blocks, headings, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: the page that it is on, its language, its text."""

    page: Path
    language: str
    text: str


def pages() -> list[Path]:
    """Every page of the documentation, those in the root of the repository included."""
    return [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(DOCS.rglob("*.md"))


def name_of(page: Path) -> str:
    """A page as test ids show it."""
    return page.relative_to(ROOT).as_posix()


def blocks(language: str) -> list[Block]:
    """All blocks of a language."""
    return [
        Block(page, found[1], found[2])
        for page in pages()
        for found in _FENCE.finditer(page.read_text(encoding="utf-8"))
        if found[1] == language
    ]


def marked(mark: str) -> dict[str, list[Block]]:
    """Python blocks whose first line is `# MARK: NAME`, by that name."""
    found: dict[str, list[Block]] = {}
    for block in blocks("python"):
        match = re.match(rf"# {mark}: (\S+)\n", block.text)
        if match:
            found.setdefault(match[1], []).append(block)
    return found


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    """The headings of a page, without marks."""
    return [line.lstrip("#").strip() for line in prose(page).splitlines() if line.startswith("#")]


def anchors(page: Path) -> set[str]:
    """What a link to a heading of a page may end in, as the site spells it."""
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower()) for text in headings(page)}


def links(page: Path) -> list[str]:
    """Targets of the links of a page that stay in the repository."""
    return [target for target in _LINK.findall(prose(page)) if "://" not in target and not target.startswith("mailto:")]


def command_lines() -> Iterator[tuple[Path, list[str]]]:
    """Page and words of every `ferbench ...` line in a shell block."""
    import shlex

    for block in blocks("sh"):
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["ferbench"]:
                yield block.page, words[1:]
