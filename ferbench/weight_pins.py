"""Pins: the SHA-256 that a cached checkpoint had when it was first used, in a file of its own beside it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ferbench.errors import MissingError, WeightsError

SUFFIX = ".pin.json"
_BLOCK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What was pinned: the SHA-256 in lower-case hexadecimal, for which weights, from where (None: put by hand)."""

    sha256: str
    weights: str
    source: str | None


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in lower-case hexadecimal, read in blocks of 1 MiB.

    Raises:
        WeightsError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise WeightsError(
            f"The file {path} was to be read.",
            f"It cannot be read to its end: {error.strerror}.",
            "Check who may read it, and the medium that it is on.",
        ) from error
    return digest.hexdigest()


def pin_path(path: Path) -> Path:
    """Where the pin of a file lies."""
    return path.with_name(path.name + SUFFIX)


def read_pin(path: Path) -> Pin | None:
    """The pin of a file, or None where it has none.

    Raises:
        WeightsError: something lies in its place that is no pin.
    """
    place = pin_path(path)
    try:
        stated = json.loads(place.read_bytes())
        return Pin(sha256=str(stated["sha256"]), weights=str(stated["weights"]), source=stated["source"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsError(
            f"The pinned SHA-256 of {path} was to be read.",
            f"{place} is no pin that ferbench wrote: {error!r}.",
            f"Look at {path}; when it is what you want, delete {place}.",
        ) from error


def write_pin(path: Path, pin: Pin) -> None:
    """Pin a file, at once or not at all; a link in the place of the pin is replaced, not followed.

    Raises:
        MissingError: the folder cannot be written to.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".pin-", delete=False) as file:
            temporary = Path(file.name)
            json.dump(asdict(pin), file)
        temporary.replace(pin_path(path))
    except OSError as error:
        if temporary:
            with suppress(OSError):
                temporary.unlink()
        raise MissingError(
            f"The SHA-256 of {path} was to be pinned.",
            f"The system says: {error.strerror}.",
            f"Make room in {path.parent}, and make it a folder that may be written to.",
        ) from error


def require_expected(path: Path, sha256: str, stated: str | None) -> None:
    """Refuse a file with another SHA-256 than its card states, or than was pinned when the card states none.

    Raises:
        WeightsError: it is another file.
    """
    if stated is not None:
        pinned, whose, accept = stated, "stated for it", f"Delete {path} and get it again"
    elif pin := read_pin(path):
        pinned, whose = pin.sha256, f"pinned when {pin.weights} was first used"
        accept = f"Delete {path} and get it again; to accept the new file on purpose, delete {pin_path(path)}"
    else:
        return
    if pinned != sha256:
        raise WeightsError(
            f"The file {path} was to be used.", f"Its SHA-256 is {sha256}, and {pinned} is {whose}.", f"{accept}."
        )
