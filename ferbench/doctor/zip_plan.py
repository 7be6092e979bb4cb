"""What unpacking a zip file would write, decided before anything is written: it may come from anywhere."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from ferbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.doctor.archives import Found

#: Pictures hardly shrink in a zip file and texts do so twenty times; what promises more is not unpacked.
MOST_EXPANSION = 200
#: Small archives may promise so many bytes whatever their size.
ALWAYS_ALLOWED = 100 << 20

_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_ENCRYPTED, _STRONGLY_ENCRYPTED, _AES = 0x1, 0x40, 99
#: What some programs add to an archive, and what is no part of a data set.
_LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db"}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One file of an archive and where it goes."""

    info: zipfile.ZipInfo
    target: Path

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.info.flag_bits & _ENCRYPTED)

    def is_complete(self) -> bool:
        """Whether the target is this file already, by its size and its checksum."""
        if self.target.is_symlink() or not self.target.is_file() or self.target.stat().st_size != self.info.file_size:
            return False
        checksum = 0
        with self.target.open("rb") as file:
            while chunk := file.read(_CHUNK):
                checksum = zlib.crc32(chunk, checksum)
        return checksum == self.info.CRC


def plan(found: Found, root: Path) -> list[Item]:
    """All files of an archive with their targets below the archive's folder in `root`.

    Raises:
        DataError: it is no zip file, it is encrypted in a way that Python cannot read, or it holds what no data set
            holds: a path that leads out of the folder, a link, far more bytes than it can hold.
    """
    asked = f"The archive {found.path} was to be unpacked."
    infos = [info for info in listing(found.path, asked) if not is_folder(info) and not is_litter(info)]
    for info in infos:
        refuse_unreadable(asked, info)
        refuse_special(asked, info)
    paths = without_common_folder([safe_path(asked, info) for info in infos], Path(found.archive.folder).name)
    refuse_bomb(asked, infos, found.path.stat().st_size)
    folder = root / found.archive.folder
    return [Item(info, folder / path) for info, path in zip(infos, paths, strict=True)]


def listing(path: Path, asked: str) -> list[zipfile.ZipInfo]:
    """What a zip file says that it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DataError(asked, f"It cannot be read: {error}.", "Download it again, whole.") from error


def is_folder(info: zipfile.ZipInfo) -> bool:
    """Whether it is a folder, with a slash of either kind at its end; of no name it is none."""
    return info.orig_filename.endswith(("/", "\\"))


def is_litter(info: zipfile.ZipInfo) -> bool:
    """Whether a file is no part of the release."""
    return not _LITTER.isdisjoint(PurePosixPath(info.filename).parts)


def refuse_unreadable(asked: str, info: zipfile.ZipInfo) -> None:
    """Refuse what Python's own zip reader cannot decrypt or decompress."""
    if info.compress_type == _AES or info.flag_bits & _STRONGLY_ENCRYPTED:
        raise DataError(
            asked,
            f"{info.filename!r} is encrypted with AES, which Python cannot read.",
            "Unpack it with 7-Zip (7z x ARCHIVE) into the expected tree, then run: ferbench data check NAME",
        )
    if info.compress_type not in _READABLE:
        raise DataError(
            asked,
            f"{info.filename!r} is compressed in a way that Python cannot read (method {info.compress_type}).",
            "Unpack it with 7-Zip (7z x ARCHIVE) into the expected tree, then run: ferbench data check NAME",
        )


def refuse_special(asked: str, info: zipfile.ZipInfo) -> None:
    """Refuse links, devices and the like."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        what = "a link" if kind == stat.S_IFLNK else "no plain file"
        raise DataError(
            asked,
            f"{info.filename!r} is {what}.",
            "No official archive holds one: do not unpack it, get the official one.",
        )


def safe_path(asked: str, info: zipfile.ZipInfo) -> PurePosixPath:
    """The path of a file inside its archive, once it is known to stay inside.

    The name is taken as it stands in the file: Python's reader cuts it at a zero byte.
    """
    name = info.orig_filename
    path, windows = PurePosixPath(name.replace("\\", "/")), PureWindowsPath(name)
    if path.is_absolute() or windows.drive or windows.root or ".." in path.parts or not path.name or "\0" in name:
        raise DataError(
            asked,
            f"It holds a file that is named {name!r}, and would be written outside of its folder.",
            "No official archive does that: do not unpack it, get the official one.",
        )
    return path


def without_common_folder(paths: Sequence[PurePosixPath], name: str) -> list[PurePosixPath]:
    """The paths without the folder that they all lie in, where it is called like the one that they go into."""
    parents = [path.parent.parts for path in paths]
    common = 0
    while parents and all(len(parts) > common and parts[: common + 1] == parents[0][: common + 1] for parts in parents):
        common += 1
    if common and parents[0][common - 1].lower() == name.lower():
        return [PurePosixPath(*path.parts[common:]) for path in paths]
    return list(paths)


def refuse_clashes(asked: str, targets: Sequence[tuple[Path, Path]]) -> None:
    """Refuse files, each of (archive, target), that some system would write into one or one below another."""
    todo = "Download the archives again, or get the official ones."
    seen: dict[PurePath, Path] = {}
    for archive, target in targets:
        key = one_spelling(target)
        if key in seen:
            where = f"from {seen[key].name} and from {archive.name}"
            raise DataError(asked, f"{str(target)!r} would be written twice: {where}.", todo)
        seen[key] = archive
    for archive, target in targets:
        above = next((seen[parent] for parent in one_spelling(target).parents if parent in seen), None)
        if above is not None:
            where = f"{str(target)!r} of {archive.name} would lie below a file of {above.name}"
            raise DataError(asked, f"{where}, not in a folder.", todo)


def one_spelling(path: Path) -> PurePath:
    """What is the same for all paths that some system takes for one."""
    return PurePath(unicodedata.normalize("NFC", str(path)).casefold())


def refuse_bomb(asked: str, infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that promises far more bytes than pictures and texts of its size can be."""
    promised = sum(info.file_size for info in infos)
    if promised > max(ALWAYS_ALLOWED, MOST_EXPANSION * size):
        raise DataError(
            asked,
            f"It has {size:,} bytes and promises {promised:,}.",
            "No official archive shrinks like that: do not unpack it, get the official one.",
        )
