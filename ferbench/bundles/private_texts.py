"""What a bundle must not say: where things lie on somebody's machine, and the names that such places have."""

from __future__ import annotations

import getpass
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ferbench.results import NO_BOX, NO_FACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATH_LEFT_OUT = "(path left out)"
NAME_LEFT_OUT = "(name left out)"

#: A path from a root, from a home or from a folder above, up to what ends it in a sentence. An address on the web is
#: none, and neither is a path inside a project such as `module/file.py`.
_ROOTED = re.compile(
    r"""(?:(?:(?<![\w/.:])|(?<=:)(?!//))/(?=[^\W\d]|[.~])|(?<![\w])~[\w.-]*[/\\]|(?<![\w/\\])\.\.?[/\\]"""
    r"""|(?<![\w])[A-Za-z]:[/\\](?!/)|\\\\|file://)[^\s"'<>|,;()]*"""
)
#: Names of folders that say nothing about anybody.
_COMMON = frozenset((
    "data", "dataset", "datasets", "home", "root", "users", "user", "usr", "tmp", "temp", "var", "opt", "srv", "mnt",
    "media", "work", "workspace", "src", "lib", "bin", "venv", "documents", "desktop", "downloads", "local", "share",
    "private", "runs", "results", "weights", "models", "checkpoints", "images", "official", "variant", "unknown",
    "image", "file", "picture", "face", "faces", "box", "random",
))  # fmt: skip
_SHORTEST_NAME = 3
#: Folders directly below the root are the same everywhere.
_OWN_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateTexts:
    """Paths in every spelling, the longest first, and names of folders and people, in lower case."""

    paths: tuple[str, ...]
    names: frozenset[str]

    def without_paths(self, text: str) -> str:
        """The text without any path."""
        for path in self.paths:
            if path in text:
                text = text.replace(path, PATH_LEFT_OUT)
        return _ROOTED.sub(PATH_LEFT_OUT, text)

    def without_names(self, text: str) -> str:
        """The text without any path, and without the names that paths are made of; our own words stay."""
        if text in {NO_FACE, NO_BOX}:
            return text
        return re.sub(r"[\w-]+", self._shown, self.without_paths(text))

    def names_in(self, text: str) -> bool:
        """Whether a text has one of the names."""
        return self.without_names(text) != text

    def _shown(self, word: re.Match[str]) -> str:
        return NAME_LEFT_OUT if word[0].lower() in self.names else word[0]


def private_texts(record: Mapping[str, Any], database: str, public: str) -> PrivateTexts:
    """What the record of a run, and this machine, give away. Words of the text `public` are no secret."""
    spelt = {text for text in (*recorded_places(record), *own_places(database)) if text}
    places = {place for text in spelt for place in spellings(text)}
    known = set(re.findall(r"[\w-]+", public.lower())) | _COMMON
    names = {name.lower() for text in spelt for name in folder_names(text)} | people()
    return PrivateTexts(
        paths=tuple(sorted(places, key=len, reverse=True)),
        names=frozenset(name for name in names if len(name) >= _SHORTEST_NAME and name not in known),
    )


def recorded_places(record: Mapping[str, Any]) -> Iterator[str]:
    """Everything in a record that was typed as a path, or may have been."""
    spec = record.get("spec") or {}
    for name in ("data_root", "weights"):
        yield str(spec.get(name) or "")
    for name in ("model", "model_options", "dataset_options", "detector_options", "command_line"):
        yield from (text for text in texts_in(spec.get(name)) if is_path(text))
    yield from (text for text in texts_in(record.get("plugin")) if is_path(text))


def own_places(database: str) -> Iterator[str]:
    """Where this machine keeps things."""
    yield from (database if is_path(database) else "", os.environ.get("HOME", ""), str(Path.home()))
    yield str(Path.cwd())


def people() -> set[str]:
    """The names of the user and of the machine, in lower case."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    return {user.lower(), *platform.node().lower().split(".")}


def texts_in(value: Any) -> Iterator[str]:
    """All texts in JSON data; of `--option=VALUE` and `scheme:REST` also what stands behind."""
    if isinstance(value, str):
        yield value
        yield from (rest for mark in "=:" if (rest := value.partition(mark)[2]))
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def is_path(text: str) -> bool:
    """Whether a text leads through folders, and is no address on the web."""
    return ("/" in text or "\\" in text) and "://" not in text


def spellings(text: str) -> set[str]:
    """A path as it is typed, absolute, with links followed, and the folders above it; also as URLs and code spell it.

    A single name is no path: `rafdb` may be a folder and is a data set.
    """
    path = Path(os.path.expanduser(text))  # noqa: PTH111 - pathlib raises where there is no such home
    found = {text} if is_path(text) else set()
    for place in (Path(os.path.abspath(path)), Path(os.path.realpath(path))):  # noqa: PTH100 - links must stay
        found |= {str(part) for part in (place, *place.parents) if len(part.parts) >= _OWN_DEPTH}
    return found | {quote(item, errors="surrogateescape") for item in found} | {ascii(item)[1:-1] for item in found}


def folder_names(text: str) -> Iterator[str]:
    """The words that the names of a path consist of; numbers alone say nothing."""
    path = os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111 - as above
    yield from (word for word in re.findall(r"[\w-]+", path) if not word.isdecimal())
