"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard

Database = Annotated[
    str | None,
    typer.Option("--db", envvar="FERBENCH_DB", help="Leaderboard: a path or a URL.", show_default="the user's own"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; everything human goes to stderr.")]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", help="Load a drop-in plugin file, too.", show_default=False)
]
PluginsDir = Annotated[
    Path | None, typer.Option("--plugins-dir", help="Load every plugin file of a folder, too.", show_default=False)
]
Run = Annotated[str, typer.Argument(help="A run: its id, the start of it (4 characters or more), or `latest`.")]


def open_leaderboard(database: str | None) -> Leaderboard:
    """The leaderboard of `--db`, of the environment, of ferbench.toml, or the user's own; says where it lies badly."""
    from ferbench.cli.console import note
    from ferbench.config import Settings
    from ferbench.leaderboard.store import Leaderboard

    leaderboard = Leaderboard(database or Settings.load().database)
    if leaderboard.database.caution:
        note(f"warning: {leaderboard.database.caution}")
    return leaderboard


def load_catalog(files: list[Path] | None, folder: Path | None) -> Catalog:
    """The catalog, with one warning line for each plugin that is broken."""
    from ferbench.cli.console import note
    from ferbench.plugin_manager import build_catalog

    catalog = build_catalog(files or (), folder)
    for report in catalog.broken():
        note(f"warning: plugin {report.name!r} is broken ({report.reason}); see: ferbench list plugins")
    for name, plugins in catalog.metrics.clashes().items():
        note(f"warning: the metric {name!r} is left out of runs, since several plugins give it: {', '.join(plugins)}")
    return catalog


def key_values(pairs: Iterable[str], option: str) -> dict[str, str]:
    """`KEY=VALUE` texts as a mapping."""
    values: dict[str, str] = {}
    for pair in pairs:
        key, separator, text = pair.partition("=")
        if not separator:
            raise UsageError(f"{option} {pair} was given.", "It is no KEY=VALUE.", f"Write {option} {pair}=VALUE.")
        values[key] = text
    return values


def auto_or_count(text: str, option: str) -> int | Literal["auto"]:
    """`auto`, or a whole number."""
    if text == "auto":
        return "auto"
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(
            f"{option} {text} was given.", "It is no whole number.", f"Write {option} auto, or {option} 32."
        ) from error


def typed(values: dict[str, str]) -> dict[str, Any]:
    """The values read as JSON where they are JSON (`4`, `true`), as text where they are not."""
    import json

    def read(text: str) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text

    return {key: read(text) for key, text in values.items()}
