"""Bundles as a stranger may make them: parts exchanged, with every SHA-256 as it must be."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from ferbench.bundles.container import pack
from ferbench.bundles.fields import strict_json, to_lines
from ferbench.bundles.schema import BUNDLE, DOCUMENTS
from ferbench.bundles.writing import head_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Documents = dict[str, dict[str, Any]]


def members_in(path: Path) -> dict[str, bytes]:
    """The members of an intact bundle."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def remade(
    path: Path, target: Path, change: Callable[[Documents], object], outputs: Mapping[str, bytes] | None = None
) -> Path:
    """A bundle whose documents were changed, and whose hashes fit again."""
    members = members_in(path)
    documents = {name: strict_json(members[name]) for name in DOCUMENTS if name != BUNDLE}
    change(documents)
    arrays = outputs or {name: content for name, content in members.items() if name not in DOCUMENTS}
    lines = {name: to_lines(fields) for name, fields in documents.items()}
    target.write_bytes(pack({BUNDLE: head_of(documents, arrays), **lines, **arrays}))
    return target


def with_member(path: Path, target: Path, name: str, content: bytes) -> Path:
    """A bundle with other bytes in one member, and nothing else changed."""
    target.write_bytes(pack({**members_in(path), name: content}))
    return target
