"""A labelled sequence of CK+, and the names of its frames."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.wording import first_few

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: `S005_001_00000011`: subject, sequence, frame.
_NAME = re.compile(r"S[0-9]{3}_[0-9]{3}_[0-9]{8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame under its official name, such as `S005_001_00000011`."""

    id: str
    path: Path

    @property
    def sequence(self) -> str:
        """Name of the sequence that it belongs to, such as `S005_001`."""
        return self.id.rpartition("_")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Frames in order, from the first that is there to the peak; `name` is subject and number, `S005_001`."""

    name: str
    label: str
    frames: tuple[Frame, ...]

    @property
    def subject(self) -> str:
        """Id of the person."""
        return self.name.partition("_")[0]


def read_frames(asked: str, paths: Iterable[Path]) -> list[Frame]:
    """The frames that files are by their names; DataError for a name of another form."""
    files = list(paths)
    strange = [path.name for path in files if not _NAME.fullmatch(path.stem)]
    if strange:
        raise DataError(
            asked,
            f"{len(strange)} pictures are no frames such as S005_001_00000011.png: {first_few(strange)}.",
            "Give them their official names: without these nobody knows which subject they show.",
        )
    return [Frame(id=path.stem.upper(), path=path) for path in files]
