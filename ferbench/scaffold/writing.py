"""Files into a folder: nothing is replaced, and nothing lies outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import UsageError
from ferbench.scaffold.projects import drop_in_file, project_files

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.scaffold.names import Names
    from ferbench.scaffold.projects import Kind


def write_project(names: Names, kind: Kind, out: Path) -> list[Path]:
    """Write a project into a folder of its own below `out`; the paths of its files.

    Raises:
        UsageError: its folder is there already, and holds something or leads elsewhere.
        OSError: the system does not let it be written.
    """
    folder = out / names.distribution
    require_empty(folder)
    return [write_new(folder / path, text) for path, text in project_files(names, kind).items()]


def write_drop_in(names: Names, kind: Kind, out: Path) -> list[Path]:
    """Write a plugin that is one file into `out`; its path.

    Raises:
        UsageError: the file is there already.
        OSError: the system does not let it be written.
    """
    return [write_new(out / path, text) for path, text in drop_in_file(names, kind).items()]


def write_new(path: Path, text: str) -> Path:
    """Write a file that is not there yet, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"The file {path} was to be written.", "It is there already.", "Choose another name, or another --out."
        ) from error
    return path


def require_empty(folder: Path) -> None:
    """Refuse a folder that holds something, is no folder, or is a link, which would lead elsewhere.

    Raises:
        UsageError: a project cannot be written there.
    """
    if folder.is_symlink():
        found = "It is a link, and what is written there would lie elsewhere."
    elif folder.exists() and not folder.is_dir():
        found = "It is there already, and no folder."
    elif folder.is_dir() and any(folder.iterdir()):
        found = "It is there already, and not empty."
    else:
        return
    raise UsageError(f"The project {folder} was to be written.", found, "Choose another name, or another --out.")
