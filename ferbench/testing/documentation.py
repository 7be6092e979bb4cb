"""Where the documentation is read: on the site that this ferbench names as its own, else in its repository."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata

#: The label that Python package indexes know, in `[project.urls]`.
LABEL = "documentation"


def address(page: str, anchor: str) -> str:
    """Of a section: `page` is the path of its file below docs/, without its ending."""
    home = site()
    return f"docs/{page}.md#{anchor}" if home is None else f"{home}/{page}/#{anchor}"


@cache
def site() -> str | None:
    """The address of the published documentation, without a slash at its end; None where none is named."""
    try:
        found = metadata("ferbench").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    pairs = (entry.partition(",") for entry in found)
    return next((url.strip().rstrip("/") for label, _, url in pairs if label.strip().lower() == LABEL), None)
