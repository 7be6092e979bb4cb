"""A bundle file as bytes: its members, and which of their fields are not as they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.bundles.container import MAX_BYTES, SUFFIX, pack, unpack
from ferbench.bundles.fields import changed_fields, field_at, lines_of, sha256, strict_json, to_lines
from ferbench.bundles.schema import BUNDLE, DOCUMENTS, FORMAT, FORMAT_VERSION, LIMITS
from ferbench.errors import DataError, MissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEAD = ("format", "format_version", "root")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """The members of a bundle file in their order, and by member the fields that were changed.

    A fault of the file itself, such as a byte between members, stands under `file`.
    """

    path: Path
    sha256: str
    members: Mapping[str, bytes]
    faults: Mapping[str, tuple[str, ...]]

    @property
    def intact(self) -> bool:
        """Whether nothing was changed."""
        return not self.faults


def is_bundle(text: str) -> bool:
    """Whether a text that may name a run names a file: it ends as bundles do, has a folder, or is there."""
    return text.endswith(SUFFIX) or "/" in text or Path(text).is_file()


def open_file(path: Path) -> OpenedFile:
    """A bundle file, once it is known to be one that this version reads.

    Raises:
        MissingError: it cannot be read.
        DataError: it is no bundle, it is larger than any, or its format is newer.
    """
    return open_bytes(path, content_of(path))


def open_bytes(path: Path, content: bytes) -> OpenedFile:
    """As `open_file`, of bytes that are, or will be, the file at a path."""
    try:
        members = unpack(content)
        require_members(members)
        head, broken = head_of(members[BUNDLE])
        require_format(head)
    except ValueError as error:
        raise unusable(path, str(error)) from error
    return OpenedFile(
        path=path, sha256=sha256(content), members=members, faults=faults_of(content, members, head, broken)
    )


def content_of(path: Path) -> bytes:
    """All bytes of a file that is no larger than a bundle may be."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise unusable(path, f"it has {size:,} bytes, more than {MAX_BYTES:,}")
        return path.read_bytes()
    except OSError as error:
        raise MissingError(
            f"The bundle {path} was to be read.", f"The system says: {error.strerror}.", "Check the path."
        ) from error


def require_members(members: Mapping[str, bytes]) -> None:
    """ValueError where a member is missing, unknown, larger than it may be, or where there is no output."""
    missing = [name for name in DOCUMENTS if name not in members]
    if missing:
        raise ValueError(f"the member {missing[0]} is missing")
    strange = [name for name in members if name not in DOCUMENTS and not name.startswith("outputs/")]
    if strange:
        raise ValueError(f"the member {strange[0]} is unknown")
    large = [name for name in DOCUMENTS if len(members[name]) > LIMITS[name]]
    if large:
        raise ValueError(f"{large[0]} has {len(members[large[0]]):,} bytes, more than {LIMITS[large[0]]:,}")


def head_of(content: bytes) -> tuple[dict[str, Any], list[str]]:
    """The fields of `bundle.json`, line by line, and those that cannot be read."""
    head: dict[str, Any] = {}
    broken: list[str] = []
    for number, line in enumerate(lines_of(content), start=1):
        try:
            head.update(strict_json(b"{" + line + b"}"))
        except ValueError:
            broken.append(field_at(line, number))
    return head, broken


def require_format(head: Mapping[str, Any]) -> None:
    """ValueError for another format, or a newer version of this one."""
    if head.get("format") != FORMAT:
        raise ValueError(f"{BUNDLE}: the field `format` does not say {FORMAT!r}")
    version = head.get("format_version")
    if type(version) is not int or version < 1:
        raise ValueError(f"{BUNDLE}: the field `format_version` is no number of a version")
    if version > FORMAT_VERSION:
        raise ValueError(f"{BUNDLE}: its format_version is {version}, and this ferbench reads up to {FORMAT_VERSION}")


def faults_of(
    content: bytes, members: Mapping[str, bytes], head: Mapping[str, Any], broken: list[str]
) -> dict[str, tuple[str, ...]]:
    """The changed fields by member."""
    faults: dict[str, tuple[str, ...]] = {BUNDLE: tuple(head_faults(members, head, broken))}
    for name, found in members.items():
        if name != BUNDLE:
            faults[name] = tuple(member_faults(found, head.get(name), is_document=name in DOCUMENTS))
    if not any(faults.values()) and content != pack(members):
        faults["file"] = ("bytes that belong to no member",)
    return {name: found for name, found in faults.items() if found}


def head_faults(members: Mapping[str, bytes], head: Mapping[str, Any], broken: list[str]) -> list[str]:
    """What is wrong with `bundle.json` itself: `root` is the SHA-256 of all its other fields."""
    if broken:
        return broken
    strange = sorted(set(head) ^ ({*_HEAD, *members} - {BUNDLE}))
    if strange:
        return strange
    others = {name: value for name, value in head.items() if name != "root"}
    return [] if head["root"] == sha256(to_lines(others)) and members[BUNDLE] == to_lines(head) else ["root"]


def member_faults(content: bytes, expected: Any, *, is_document: bool) -> list[str]:
    """The fields of a member that do not have the SHA-256 that `bundle.json` states; an output is one field."""
    if not is_document:
        return [] if expected == sha256(content) else ["values"]
    if not isinstance(expected, dict) or not expected or not all(map(is_digest, expected.values())):
        return ["all: no SHA-256 is stated"]
    return changed_fields(content, expected)


def is_digest(value: Any) -> bool:
    """Whether a value is a SHA-256 in hexadecimal digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def unusable(path: Path, found: str) -> DataError:
    """The refusal of a file."""
    return DataError(
        f"The bundle {path} was to be read.",
        f"It cannot be used: {found}.",
        "Ask whoever sent it for the file that `ferbench bundle` wrote; a newer one needs a newer ferbench.",
    )
