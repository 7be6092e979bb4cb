"""Who finds the faces of a run, and the border to that plugin; crops that cannot be made are refused here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from ferbench.cards import Align, Crop
from ferbench.errors import UsageError
from ferbench.interfaces import Face
from ferbench.pipeline.plugin_calls import at_fault, blamed, called
from ferbench.plugin_manager.faults import shown
from ferbench.spec import Tta

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ferbench.cards import Preprocess
    from ferbench.catalog import Catalog, Registered
    from ferbench.interfaces import Detector, DetectorEntry, Row
    from ferbench.spec import RunSpec

LARGEST_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class PluginDetector:
    """A detector of a plugin: what it finds are faces, with landmarks where its card says so."""

    detector: Detector
    registered: Registered[DetectorEntry]
    options: Mapping[str, Any]

    def detect(self, pixels: NDArray[np.uint8]) -> Sequence[Face]:
        """(H, W, 3) uint8 RGB -> its faces.

        Raises:
            PluginError: the plugin's code raised, or gave something else.
        """
        card = self.registered.entry.card
        asked = f"The detector {card.name!r} was given a picture of {pixels.shape[1]} x {pixels.shape[0]} pixels."
        with blamed(self.registered, asked):
            faces = tuple(self.detector.detect(pixels))
            strange = next((face for face in faces if not is_face(face, landmarks=card.landmarks)), None)
        if strange is None:
            return faces
        points = "landmarks are (5, 2), not all in one place" if card.landmarks else "landmarks are None"
        todo = f"detect() gives ferbench.interfaces.Face; boxes are four finite numbers, and {points}."
        raise at_fault(self.registered, asked, f"gave {shown(strange)}.", todo)

    def identity(self) -> dict[str, Any]:
        """What may change a prediction."""
        origin = self.registered.origin
        return {
            "name": self.registered.entry.card.name,
            "plugin": origin.plugin,
            "plugin_version": origin.version,
            "plugin_sha256": origin.sha256,
            "options": dict(self.options),
        }


def is_face(value: object, *, landmarks: bool) -> bool:
    """Whether a value is a face with numbers where they belong, and with landmarks just where it must have them."""
    if not isinstance(value, Face) or len(value.box) != 4 or not all(map(math.isfinite, (*value.box, value.score))):
        return False
    if value.landmarks is None:
        return not landmarks
    points = np.asarray(value.landmarks, np.float64)
    placed = points.shape == (5, 2) and bool(np.isfinite(points).all() and np.ptp(points, axis=0).any())
    return landmarks and placed


def detector_of(spec: RunSpec, preprocess: Preprocess, catalog: Catalog, rows: Sequence[Row]) -> PluginDetector | None:
    """The detector of a run, opened; None where the crop needs none.

    Raises:
        UsageError: a crop that cannot be made, or options that have nothing to do.
        UnknownName: no plugin provides the detector.
        ExtraNotInstalled: it needs a library that is not here.
        PluginError: its code raised something else.
    """
    check_crop(spec, preprocess, rows)
    if preprocess.crop != "detect":
        return None
    registered = chosen(spec, catalog)
    card = registered.entry.card
    if preprocess.align != "none" and not card.landmarks:
        raise UsageError(
            f"Faces found by {card.name} were to be aligned by five landmarks.",
            "This detector gives boxes alone.",
            "Pass --align none, or another --detector (see: ferbench list detectors).",
        )
    with called(registered, f"The detector {card.name!r} was to be opened."):
        detector = registered.entry.open(**spec.detector_options)
    return PluginDetector(detector, registered, spec.detector_options)


def check_crop(spec: RunSpec, preprocess: Preprocess, rows: Sequence[Row]) -> None:
    """Refuse what cannot be cut out, and what would be passed for nothing."""
    check_words(spec, preprocess)
    crop, asked = preprocess.crop, f"{spec.dataset} was to be evaluated with the crop {preprocess.crop!r}"
    if not 0 <= preprocess.margin <= LARGEST_MARGIN:
        found = f"The margin is {preprocess.margin:g}; it is a part of the face's size, from 0 to {LARGEST_MARGIN:g}."
        raise UsageError(f"{asked}.", found, "Pass --margin 0.2 for a fifth more of the picture, for example.")
    if crop == "none" and preprocess.margin:
        raise UsageError(f"{asked} and a margin.", "Nothing is cut out.", "Pass --crop, or leave --margin out.")
    if crop != "detect" and preprocess.align != "none":
        found = "Only a detector finds the five landmarks that a face is aligned by."
        raise UsageError(f"{asked} and aligned faces.", found, "Pass --crop detect, or --align none.")
    if crop != "detect" and (spec.detector or spec.detector_options):
        raise UsageError(f"{asked} and a face detector.", "It has nothing to do.", "Pass --crop detect, too.")
    if crop == "box" and not any(row.box for row in rows):
        found = f"No row of {spec.dataset} has a box."
        raise UsageError(f"{asked}.", found, "Pass --crop detect to look for faces, or --crop none.")


def check_words(spec: RunSpec, preprocess: Preprocess) -> None:
    """Refuse words that mean nothing; the command line takes no others."""
    words = (("crop", preprocess.crop, Crop), ("align", preprocess.align, Align), ("tta", spec.tta, Tta))
    for name, word, known in words:
        if word not in get_args(known):
            asked = f"{spec.dataset} was to be evaluated with {name} = {word!r}."
            raise UsageError(asked, f"There are {', '.join(get_args(known))}.", "Pass one of them.")


def chosen(spec: RunSpec, catalog: Catalog) -> Registered[DetectorEntry]:
    """The detector that is asked for, or the only one there is."""
    known = list(catalog.detectors)
    if spec.detector is None and len(known) != 1:
        names = ", ".join(item.entry.card.name for item in known)
        raise UsageError(
            f"Faces were to be found in the pictures of {spec.dataset}.",
            f"There are several detectors: {names}." if known else "No plugin provides a detector.",
            "Pass one of them as --detector." if known else "See: ferbench list plugins",
        )
    return catalog.detectors.get(spec.detector) if spec.detector else known[0]
