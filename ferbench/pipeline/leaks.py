"""Evaluated images that other data hold, too, such as training pictures in a test set.

They are found by ferbench.doctor.leaks, which decodes pictures, and are plain data from there on. They change no
prediction and no score over the whole set: the images without them, and they alone, are two more slices.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ferbench.pipeline.slices import Slices

#: Equal decoded pixels; one picture encoded anew or resized; one picture turned left to right. The closest first.
Likeness = Literal["exact", "near", "mirrored"]

#: The names of the two slices.
WITHOUT_LEAKS, ONLY_LEAKS = "without leaks", "leaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the evaluated images were compared with: its name, its pictures, and how many evaluated images it holds."""

    name: str
    n: int
    leaks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """`likeness` is that of each leaking image by id, the closest one; `notes` say what could not be compared."""

    compared: tuple[Compared, ...]
    likeness: Mapping[str, Likeness]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What a record holds: sides, number of leaking images, their ids by likeness in manifest order, notes."""
        ids = {kind: [name for name, found in self.likeness.items() if found == kind] for kind in get_args(Likeness)}
        return {
            "compared": [asdict(side) for side in self.compared],
            "n": len(self.likeness),
            "ids": ids,
            "notes": list(self.notes),
        }

    def warning(self, n: int) -> str:
        """What to think of a number over n images; empty where none of them leaks."""
        if not self.likeness:
            return ""
        places = " or ".join(side.name for side in self.compared if side.leaks)
        return f"{len(self.likeness):,} of {n:,} images are in {places}, too: look at the scores without them"


def leak_slices(ids: Sequence[str], leaking: Collection[str]) -> Slices:
    """The images without those that leak, and these alone; a slice without images is left out."""
    slices = {
        WITHOUT_LEAKS: tuple(position for position, name in enumerate(ids) if name not in leaking),
        ONLY_LEAKS: tuple(position for position, name in enumerate(ids) if name in leaking),
    }
    return {name: positions for name, positions in slices.items() if positions}


def recorded_slices(record: Mapping[str, Any], ids: Sequence[str]) -> Slices:
    """The slices of a stored run by its record; none where nobody looked for leaks."""
    leaks = record.get("leaks")
    return leak_slices(ids, {name for names in leaks["ids"].values() for name in names}) if leaks else {}
