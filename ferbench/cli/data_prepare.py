"""`ferbench data prepare`: official archives, unpacked and checked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ferbench.cli.data_check import Name, Workers, examine
from ferbench.cli.options import AsJson, PluginFiles, PluginsDir
from ferbench.errors import UsageError

if TYPE_CHECKING:
    from ferbench.config import Settings


def prepare(
    name: Name,
    archives: Annotated[Path, typer.Option("--from", help="Folder with the archives as they were downloaded.")],
    data_root: Annotated[
        Path | None, typer.Option(help="Folder to unpack into.", show_default="configured, or below FERBENCH_DATA")
    ] = None,
    workers: Workers = 2,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    json: AsJson = False,
) -> int:
    """Unpack the official archives of a data set into the tree that is expected, and check it.

    What is there and complete is kept, so an unpacking that was interrupted is taken up again; nothing is overwritten.
    A password is asked for at the terminal, or read from FERBENCH_DATA_PASSWORD; it is never an option.

    Example: ferbench data prepare rafdb --from downloads --data-root /data/RAF-DB/basic
    """
    from ferbench.cli.console import download_bar, note
    from ferbench.cli.options import load_catalog
    from ferbench.config import Settings
    from ferbench.doctor.archives import find_archives
    from ferbench.doctor.prepare import prepare as unpack

    registered = load_catalog(plugin, plugins_dir).datasets.get(name)
    found = find_archives(registered.entry.card, archives)
    root = target_root(name, data_root, Settings.load())
    with download_bar(name) as progress:
        done = unpack(found, root, password, progress)
    note(f"{done.written:,} files were unpacked into {root}, {done.kept:,} were there already")
    return examine(registered, root, [], {}, workers, as_json=json)


def target_root(name: str, asked: Path | None, settings: Settings) -> Path:
    """The folder to unpack into: asked for, configured, or the set's own below FERBENCH_DATA."""
    root = asked or settings.data_roots.get(name) or (settings.data_home / name if settings.data_home else None)
    if root is None:
        raise UsageError(
            f"The archives of {name} were to be unpacked.",
            "Nothing says into which folder.",
            f'Pass --data-root DIR, or write into ferbench.toml: [data] {name} = "DIR"',
        )
    return root


def password() -> str:
    """The password of the archives, which never stands on a command line: that is kept and can be seen by others."""
    given = os.environ.get("FERBENCH_DATA_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            "The archives were to be unpacked.",
            "They are encrypted, and there is no terminal to ask for the password.",
            "Set FERBENCH_DATA_PASSWORD.",
        )
    return str(typer.prompt("Password of the archives", hide_input=True, err=True))
