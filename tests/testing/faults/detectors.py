"""Faults of face detectors: of what they find, of what they touch, and of what they say of themselves."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.testing import sound
from tests.testing.planting import detector

#: What asks for faces, and so cannot but see that they are none.
ALL = {"faces", "boxes", "same-faces", "picture-untouched", "threads"}


def changing(change):
    """A detector whose faces are changed: `change(detector, face, pixels)`."""

    def changed(base):
        class Changed(base):
            calls = 0

            def detect(self, pixels):
                self.calls += 1
                return [change(self, face, pixels) for face in super().detect(pixels)]

        return Changed

    return changed


def plain_tuple(detector, face, pixels):
    """A box alone."""
    del detector, pixels
    return face.box


def not_finite(detector, face, pixels):
    """A score that is no number."""
    del detector, pixels
    return replace(face, score=float("nan"))


def width_and_height(detector, face, pixels):
    """(left, top, width, height)."""
    del detector, pixels
    left, top, right, bottom = face.box
    return replace(face, box=(left, top, right - left, bottom - top))


def shares(detector, face, pixels):
    """Shares of the picture in place of pixels."""
    del detector
    height, width = pixels.shape[:2]
    left, top, right, bottom = face.box
    return replace(face, box=(left / width, top / height, right / width, bottom / height))


def elsewhere(detector, face, pixels):
    """As far away as the picture is wide."""
    del detector
    left, top, right, bottom = face.box
    return replace(face, box=(left + pixels.shape[1], top, right + pixels.shape[1], bottom))


def more_sure(detector, face, pixels):
    """A little surer at every call."""
    del pixels
    return replace(face, score=1 - 0.5**detector.calls)


def drawing(base):
    """A detector that marks where it has looked."""

    class Drawing(base):
        def detect(self, pixels):
            found = super().detect(pixels)
            pixels[0, 0] = 0
            return found

    return Drawing


def keeping(base):
    """A detector that keeps its picture where another thread finds it."""

    class Keeping(base):
        def detect(self, pixels):
            self.pixels = pixels
            time.sleep(0.002)
            return super().detect(self.pixels)

    return Keeping


def any_option(**options):
    """Options that nobody looks at."""
    del options
    return sound.Blocks()


FAULTS = (
    detector("faces", r"gave \(60\.0, ", changing(plain_tuple), also=ALL),
    detector("faces", "gave Face", changing(not_finite), also=ALL),
    detector("faces", r"landmarks are \(5, 2\)|gave Face", landmarks=True, also=ALL),
    detector("boxes", r"is not \(left, top, right, bottom\)", changing(width_and_height)),
    detector("boxes", "smaller than a pixel", changing(shares)),
    detector("boxes", "lies outside of its frame", changing(elsewhere)),
    detector("same-faces", "got other faces the second time", changing(more_sure), also={"threads"}),
    detector("picture-untouched", "writes into the picture", drawing),
    detector("threads", "got other faces with 4 threads", keeping),
    detector("detector-card", "licence of the card says nothing", licence="unknown"),
    detector("detector-card", "code of the card is no address", code="github.com/sound"),
    detector("detector-card", "no summary", summary=" "),
    detector("detector-option", "passed over in silence", opening=any_option),
)
