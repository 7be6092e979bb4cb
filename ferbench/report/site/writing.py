"""Where a site is written: as a whole or not at all, and only over a site that ferbench wrote."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Lists the files of a site: a folder with it may be replaced, as long as nobody else put something in.
MARKER = ".ferbench-site.json"
_NAMED = 3


@contextmanager
def new_site(out: Path) -> Iterator[Path]:
    """A folder to write a site into; it takes the place of `out` when all is done, and goes away when something fails.

    Raises:
        UsageError: `out` is a file, or a folder that holds what no earlier site wrote.
        MissingError: it cannot be written.
    """
    target = place_of(out)
    require_ours(target)
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        with writable(target):
            yield folder
            mark(folder)
            put_in_place(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place_of(out: Path) -> Path:
    """The folder behind a name. A home that nobody has, and links in a circle, stay as they are: writing will fail."""
    return Path(os.path.realpath(os.path.expanduser(out)))  # noqa: PTH111 - pathlib raises no OSError for either


@contextmanager
def writable(target: Path) -> Iterator[None]:
    """Errors of the system as one that says what to do."""
    try:
        yield
    except OSError as error:
        todo = "Name a folder that can be written."
        raise MissingError(f"A site was to be written to {target}.", f"{error}.", todo) from error


def require_ours(target: Path) -> None:
    """Refuse everything but nothing, an empty folder, and a site with no other files in it."""
    asked = f"A site was to be written to {target}."
    with writable(target):
        is_file = target.exists() and not target.is_dir()
        foreign = [] if is_file or not target.exists() else foreign_names(target)
    if is_file:
        raise UsageError(asked, "That is a file.", "Name a folder, or one that does not exist yet.")
    if foreign:
        named = ", ".join(foreign[:_NAMED]) + (", ..." if len(foreign) > _NAMED else "")
        found = f"It holds what no ferbench site wrote: {named}."
        raise UsageError(asked, found, "Name another folder, or move all that away: it would be lost.")


def foreign_names(folder: Path) -> list[str]:
    """What no site wrote; without a marker only names at the top of the folder, since it may be a whole disk."""
    listed = written_before(folder)
    found = files_in(folder) if listed else {path.name for path in folder.iterdir()}
    return sorted(found - listed)


def files_in(folder: Path) -> set[str]:
    """Relative names of everything in a folder that is no folder with something in it."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }


def written_before(folder: Path) -> set[str]:
    """The files that a marker lists, itself included; none where there is no marker."""
    try:
        listed = json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    return {MARKER, *(name for name in listed if isinstance(name, str))} if isinstance(listed, list) else set()


def mark(folder: Path) -> None:
    """Write the marker, and let others read what a temporary folder keeps from them."""
    files = sorted(files_in(folder))
    (folder / MARKER).write_text(json.dumps({"written_by": "ferbench site", "files": files}, indent=0), "utf-8")
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)


def put_in_place(folder: Path, target: Path) -> None:
    """Let a new site take the place of the old one, which comes back whatever stops this, Ctrl-C included."""
    old = folder.with_name(f"{folder.name}-old")
    try:
        if target.exists():
            target.rename(old)
        folder.rename(target)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
    if old.exists():
        remove_listed(old)


def remove_listed(old: Path) -> None:
    """Remove an old site file by file; what appeared in it meanwhile stays, and so do the folders around that."""
    # A marker may have been changed: what it lists is only believed of files that lie here.
    for name in written_before(old) & files_in(old):
        with suppress(OSError):
            (old / name).unlink()
    for folder in sorted((path for path in old.rglob("*") if path.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    with suppress(OSError):
        old.rmdir()
