"""Boards as one HTML page that needs nothing else: no script, no style sheet, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.report.board_sheets import Sheet

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ferbench leaderboard</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid #8886; text-align: left; font-weight: 400; }
thead th { font-weight: 600; border-bottom-width: 2px; }
.number { text-align: right; white-space: nowrap; }
</style>
</head>
<body>
<h1>ferbench leaderboard</h1>
{% for sheet in sheets %}
<section>
<h2>{{ sheet.title }}</h2>
{% for grid, caption in [(sheet.ranked, "Ranked, best first"), (sheet.unranked, "Not ranked")] if grid.lines %}
<div class="wide" tabindex="0" role="region" aria-label="{{ caption }}: {{ sheet.title }}">
<table>
<caption>{{ caption }}</caption>
<thead>
<tr>
{% for column in grid.columns %}
<th scope="col"{% if column.right %} class="number"{% endif %}>{{ grid.headings[loop.index0] }}</th>
{% endfor %}
</tr>
</thead>
<tbody>
{% for cells in grid.cells %}
<tr>
{% for cell in cells %}
{% set column = grid.columns[loop.index0] %}
{% if column.heading == "model" %}
<th scope="row">{{ cell }}</th>
{% else %}
<td{% if column.right %} class="number"{% endif %}>{{ cell }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% endfor %}
{% for note in sheet.remarks %}
<p>{{ note }}</p>
{% endfor %}
</section>
{% else %}
<p>No run is recorded.</p>
{% endfor %}
</body>
</html>
"""


def html(sheets: Sequence[Sheet]) -> str:
    """The whole page; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_PAGE).render(sheets=sheets) + "\n"
