"""HTML from templates: everything is escaped, nothing undefined is passed over, and no text shows a path."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ferbench.canonical import finite
from ferbench.report import formatting
from ferbench.report.board_cells import with_views
from ferbench.report.compare_texts import heading, interval_text, p_text, points_and_images, shown, signed
from ferbench.report.site.links import web_link
from ferbench.report.site.names import run_page
from ferbench.report.site.public import public_data, public_value

if TYPE_CHECKING:
    from pathlib import Path

_FILTERS = {
    "percent": formatting.percent,
    "interval": formatting.percent_interval,
    "decimal": formatting.decimal,
    "millions": formatting.millions,
    "giga": formatting.giga,
    "whole": formatting.whole,
    "unit": formatting.unit,
    "macs": lambda row: with_views(formatting.giga(row.macs_a_picture), row),
    "latency": lambda row: with_views(formatting.unit(row.latency_ms_a_picture, "ms"), row),
    "heading": heading,
    "p_text": p_text,
    "web_link": web_link,
    "run_page": lambda row: run_page(row.model, row.dataset, row.run_id),
}
_GLOBALS = {
    "signed": signed,
    "shown": shown,
    "interval_text": interval_text,
    "points_and_images": points_and_images,
}


@dataclass(frozen=True, slots=True)
class Pages:
    """Writes pages below a folder. `shared` are values that every page shows."""

    folder: Path
    shared: dict[str, Any]

    def write(self, template: str, name: str, **values: Any) -> None:
        """Write the page `name`, such as `runs/x.html`, whose links are relative to it."""
        root = "../" * name.count("/")
        html = templates().get_template(template).render(**self.shared, root=root, page=name, **values)
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(html, encoding="utf-8")


@cache
def templates() -> Environment:
    """The templates of the site."""
    environment = Environment(
        loader=PackageLoader("ferbench.report.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=public_value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**_FILTERS, "as_data": as_data, "breakable": breakable}
    environment.globals |= _GLOBALS
    return environment


def breakable(text: str | None) -> Markup:
    """A name that may be broken behind its separators, where a column is narrow."""
    parts = re.split(r"(?<=[_.:/-])", public_value(text))
    return Markup("<wbr>").join(parts)


def as_data(value: Any) -> Markup:
    """JSON that may stand inside a script element: `<`, `>`, `&` and `'` are spelt as escapes, NaN is null."""
    return htmlsafe_json_dumps(public_data(finite(value)), dumps=json.dumps, separators=(",", ":"), allow_nan=False)
