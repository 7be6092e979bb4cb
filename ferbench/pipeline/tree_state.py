"""The state of a tree of files, cheap to compare: times of its folders, times and sizes of its few small files.

Adding, removing or renaming a file changes the time of its folder; writing into a list changes the list's own. What
this cannot see is a file that is overwritten in place among thousands of its kind, such as the annotation of one
picture: of such crowds a sample is looked at, which notices that all of them were written anew, and not one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: So many files of a folder that are no pictures are watched, spread evenly over their names where there are more.
MOST_WATCHED = 1000

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeState:
    """Paths of folders and files, with (time in ns, size) of each; folders count with their time alone."""

    stamps: dict[str, _Stamp]

    def holds(self) -> bool:
        """Whether all of it is still as it was."""
        return all(stamp_of(path) == stamp for path, stamp in self.stamps.items())

    def newest(self) -> int:
        """The latest time of anything in it, in nanoseconds."""
        return max((when for when, _ in self.stamps.values()), default=0)


def state_of(roots: Iterable[Path], passed_over: frozenset[str]) -> TreeState:
    """The state of what lies at and below some paths; files with the given endings are known by their folders alone."""
    stamps: dict[str, _Stamp] = {}
    for root in roots:
        for path in watched(str(root.absolute()), passed_over, set()):
            stamp = stamp_of(path)
            if stamp is not None:
                stamps[path] = stamp
    return TreeState(stamps=stamps)


def watched(place: str, passed_over: frozenset[str], seen: set[str]) -> Iterator[str]:
    """Paths whose stamps are kept: every folder once, links to folders followed, and files that are no pictures."""
    yield place
    real = os.path.realpath(place)
    if not os.path.isdir(place) or real in seen:  # noqa: PTH112 - texts, since there may be a million of them
        return
    seen.add(real)
    files: list[str] = []
    for entry in entries_of(place):
        if is_folder(entry):
            yield from watched(entry.path, passed_over, seen)
        elif os.path.splitext(entry.name)[1].lower() not in passed_over:  # noqa: PTH122
            files.append(entry.path)
    yield from sorted(files)[:: max(1, -(-len(files) // MOST_WATCHED))]


def entries_of(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing where it may not be listed, so that nothing was read from it either."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or leads to one; a link in a circle does not."""
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112


def stamp_of(path: str) -> _Stamp | None:
    """(time, size) of a file, (time, 0) of a folder, None of nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, 0 if os.path.isdir(path) else found.st_size  # noqa: PTH112
