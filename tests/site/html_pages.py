"""Pages of a site as tests look at them, read by Python's own parser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Element:
    """An element with its attributes, and the text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    parents: tuple[Element, ...] = ()


@dataclass
class Page(HTMLParser):
    """The elements of a page in their order."""

    name: str
    html: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), parents=tuple(self._open))
        self.elements.append(element)
        if tag not in {"meta", "link", "input", "br", "wbr", "col", "path", "rect", "circle"}:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), parents=tuple(self._open)))

    def handle_endtag(self, tag):
        if self._open and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    @property
    def unclosed(self) -> list[str]:
        """Tags that are still open at the end."""
        return [element.tag for element in self._open]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements with a tag and some attributes."""
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    @property
    def figures(self) -> list[dict]:
        """The data of its figures."""
        return [json.loads(item.text) for item in self.all("script", type="application/json")]

    @property
    def text(self) -> str:
        """All text but that of scripts, with single spaces."""
        (body,) = self.all("body")
        scripts = "".join(item.text for item in self.all("script"))
        return " ".join(body.text.replace(scripts, "").split())


def pages_in(folder: Path) -> dict[str, Page]:
    """All pages of a site by their names."""
    return {
        (name := path.relative_to(folder).as_posix()): Page(name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }
