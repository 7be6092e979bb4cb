"""Unpack the archives of an official release into the tree that is expected, again and again until it is complete."""

from __future__ import annotations

import filecmp
import lzma
import shutil
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.doctor.zip_plan import plan, refuse_clashes
from ferbench.errors import DataError, MissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from ferbench.doctor.archives import Found
    from ferbench.doctor.zip_plan import Item

_CHUNK = 1 << 20
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How many files were written, and how many were there already, complete."""

    written: int
    kept: int


def prepare(
    found: Sequence[Found], root: Path, password: Callable[[], str], progress: Callable[[int, int], None]
) -> Prepared:
    """Unpack and copy archives into `root`. A file that is there and complete is kept, so that it can be resumed.

    Args:
        found: The archives.
        root: The root of the tree; it is made where it is not there.
        password: Asked for once, and only when an archive needs one.
        progress: Called with (bytes written, bytes in all).

    Raises:
        DataError: an archive that must not or cannot be unpacked, a wrong password, a file that is there and is
            another one; nothing is ever overwritten.
        MissingError: the tree cannot be written, or there is no room.
    """
    with writing(root):
        todo = decide(found, root)
        secret = password() if any(entry.encrypted for _, entries in todo.unpack for entry in entries) else None
        root.mkdir(parents=True, exist_ok=True)
        refuse_no_room(root, todo.size)
        for item in todo.copy:
            with placed(copy_of(item, root), root) as part:
                shutil.copyfile(item.path, part)
        unpack_all(todo.unpack, root, secret, lambda done: progress(done, todo.size))
    return Prepared(written=todo.written, kept=todo.whole - todo.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What of a release is not in the tree yet; `whole` is the number of all its files."""

    unpack: list[tuple[Found, list[Item]]]
    copy: list[Found]
    whole: int

    @property
    def written(self) -> int:
        """Number of files that are to be written."""
        return sum(len(entries) for _, entries in self.unpack) + len(self.copy)

    @property
    def size(self) -> int:
        """Bytes that are to be unpacked."""
        return sum(entry.info.file_size for _, entries in self.unpack for entry in entries)


def decide(found: Sequence[Found], root: Path) -> ToDo:
    """What is to be written, once it is known that nothing would be overwritten and nothing is hostile."""
    plans = [(item, plan(item, root)) for item in found if item.is_zip]
    texts = [item for item in found if not item.is_zip]
    everything = [(item.path, entry.target) for item, entries in plans for entry in entries]
    everything += [(item.path, copy_of(item, root)) for item in texts]
    refuse_clashes(f"{len(everything)} files were to be written into {root}.", everything)
    todo = ToDo(
        unpack=[(item, [entry for entry in entries if not entry.is_complete()]) for item, entries in plans],
        copy=[item for item in texts if not is_copied(item, root)],
        whole=len(everything),
    )
    targets = [entry.target for _, entries in todo.unpack for entry in entries]
    refuse_other_files([*targets, *(copy_of(item, root) for item in todo.copy)], root)
    return todo


def copy_of(found: Found, root: Path) -> Path:
    """Where a file that is no archive goes."""
    return root / found.archive.folder / found.path.name


def is_copied(found: Found, root: Path) -> bool:
    """Whether a file that is no archive is there already."""
    target = copy_of(found, root)
    return target.is_file() and filecmp.cmp(found.path, target, shallow=False)


def refuse_other_files(targets: Sequence[Path], root: Path) -> None:
    """Refuse to overwrite: a file of another content may be the user's own."""
    others = [target for target in targets if target.is_symlink() or target.exists()]
    if others:
        few = ", ".join(str(target.relative_to(root)) for target in others[:_FEW])
        more = f" and {len(others) - _FEW} more" if len(others) > _FEW else ""
        raise DataError(
            f"{len(targets)} files were to be written into {root}.",
            f"{len(others)} of them are there with another content: {few}{more}.",
            "Remove them if they were unpacked half-way, or name another folder with --data-root.",
        )


def refuse_no_room(root: Path, total: int) -> None:
    """Refuse to begin what cannot be ended."""
    free = shutil.disk_usage(root).free
    if free < total:
        raise MissingError(
            f"{total:,} bytes were to be unpacked into {root}.",
            f"There is room for {free:,}.",
            "Make room, or name another folder with --data-root.",
        )


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn what the system says about writing a tree into an error."""
    try:
        yield
    except OSError as error:
        raise MissingError(
            f"The data set was to be unpacked into {root}.",
            f"The system says of {error.filename or root}: {error.strerror or error}.",
            "Name a folder that may be written to with --data-root.",
        ) from error


def unpack_all(
    todo: Sequence[tuple[Found, Sequence[Item]]], root: Path, password: str | None, progress: Callable[[int], None]
) -> None:
    """Write files of archives, one after the other."""
    done = 0
    for found, entries in todo:
        with zipfile.ZipFile(found.path) as archive:
            for entry in entries:
                with placed(entry.target, root) as part:
                    extract(found, archive, entry, password, part)
                done += entry.info.file_size
                progress(done)


@contextmanager
def placed(target: Path, root: Path) -> Iterator[Path]:
    """A place beside the target for a file that moves there when it is whole: no half file is ever in place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(root.resolve()):
        raise DataError(
            f"{target} was to be written.",
            f"{target.parent} is a link that leads out of {root}.",
            "Put the folder itself there, or name another folder with --data-root.",
        )
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        refuse_other_files([target], root)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def extract(found: Found, archive: zipfile.ZipFile, entry: Item, password: str | None, target: Path) -> None:
    """Write one file of an archive; its checksum is compared at its end."""
    asked = f"{entry.info.filename!r} of {found.path} was to be unpacked."
    try:
        with archive.open(entry.info, pwd=password.encode() if password else None) as source, target.open("xb") as file:
            copy_bounded(source, file, entry.info.file_size)
    except NotImplementedError as error:
        how = f"It is compressed in a way that Python cannot read: {error}."
        raise DataError(asked, how, "Unpack it with 7-Zip (7z x ARCHIVE) into the expected tree.") from error
    except RuntimeError as error:
        raise DataError(asked, f"The password is wrong: {error}.", "Ask those who gave you the data.") from error
    except (zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
        how = "The password is wrong, or the archive is damaged" if entry.encrypted else "The archive is damaged"
        raise DataError(asked, f"{how}: {error}.", "Check the password, or download the archive again.") from error


def copy_bounded(source: IO[bytes], file: IO[bytes], size: int) -> None:
    """Copy a file of a known size; ValueError when it is longer or shorter or cannot be decompressed."""
    left = size
    while chunk := next_bytes(source):
        left -= len(chunk)
        if left < 0:
            break
        file.write(chunk)
    if left:
        raise ValueError(f"it does not have the {size:,} bytes that it promises")


def next_bytes(source: IO[bytes]) -> bytes:
    """The next bytes of a file of an archive; ValueError when they are damaged."""
    try:
        return source.read(_CHUNK)
    # An OSError is how bzip2 says it: left alone it would be taken for one of the folder that is written to.
    except (OSError, lzma.LZMAError) as error:
        raise ValueError(str(error)) from error
