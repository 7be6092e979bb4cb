"""Oulu-CASIA opened: frames of the sequences under the chosen lights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.child_folders import child, descend
from ferbench_datasets.choices import one_of
from ferbench_datasets.frames import FROM_THE_END, last_frames
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.oulu.card import CARD, CLASSES, LIGHTS, SPECTRA
from ferbench_datasets.oulu.sequences import read_sequences
from ferbench_datasets.request import not_found, read_options, require_folder, require_split
from ferbench_datasets.subjects import SubjectOptions, of_subjects
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ALL = "all"
_USUAL_NAMES = frozenset({"originalimg", "boriginalimg", "oulucasia", "oulucasianirvis", "oulu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OuluOptions(SubjectOptions):
    """`frames` is `peak` or `last3`; `spectrum` and `light` are values of the attributes, or `all`."""

    frames: str | None = None
    spectrum: str | None = None
    light: str | None = None


def open_oulu(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Find sequences of Oulu-CASIA; an id is spectrum, light, person, class, frame (`visible/strong/P001/anger/000`).

    Raises:
        DataNotFound: no known layout, or not the asked light of it.
        DataError: folders that are not those of the release, or a sequence with fewer frames than asked for.
        UsageError: a split, an option or a subject that the set does not have.
    """
    require_split(CARD, split)
    chosen = read_options(OuluOptions, CARD, options)
    frames = one_of(CARD, "frames", chosen.frames, FROM_THE_END, "peak")
    spectra = among("spectrum", chosen.spectrum, SPECTRA, "visible")
    lights = among("light", chosen.light, LIGHTS, "strong")
    base = search_base(CARD, require_folder(CARD, root), is_base, _USUAL_NAMES)
    found = [
        row
        for spectrum in spectra
        for light in lights
        for row in light_rows(base, spectrum, light, FROM_THE_END[frames])
    ]
    rows, words = of_subjects(CARD, found, chosen)
    layout = f"spectrum {', '.join(spectra)}; light {', '.join(lights)}; frames {frames}"
    return PictureFiles(
        rows=tuple(sorted(rows, key=lambda row: row.id)),
        classes=CLASSES,
        layout="; ".join(filter(None, (layout, words))),
    )


def among(option: str, value: str | None, folders: Mapping[str, str], default: str) -> tuple[str, ...]:
    """The values that an option means."""
    chosen = one_of(CARD, option, value, (*folders, ALL), default)
    return tuple(folders) if chosen == ALL else (chosen,)


def is_base(folder: Path) -> bool:
    """Whether a folder holds a spectrum."""
    return any(child(folder, name) is not None for name in SPECTRA.values())


def light_rows(base: Path, spectrum: str, light: str, count: int) -> Iterator[Row]:
    """The rows of the last frames of all sequences under a light."""
    folder = descend(base, SPECTRA[spectrum], LIGHTS[light])
    if folder is None:
        raise not_found(CARD, base, f"There is no folder {SPECTRA[spectrum]}/{LIGHTS[light]}.")
    asked = f"The frames of {shown(folder)} were to be chosen."
    for sequence in read_sequences(folder):
        name = f"{sequence.subject}/{sequence.label}"
        for number, path in last_frames(asked, name, sequence.frames, count):
            yield Row(
                id=f"{spectrum}/{light}/{name}/{number:03d}",
                label=sequence.label,
                source=path,
                attributes={"spectrum": spectrum, "light": light},
                group=sequence.subject,
            )
