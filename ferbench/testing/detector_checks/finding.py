"""What a face detector finds, and whether it finds the same again, in every thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.interfaces import Face
    from ferbench.testing.subjects import DetectorSubject

THREADS = 4


def faces(detector: DetectorSubject) -> str:
    """Ask it about every frame; PluginDetector looks at the types, at numbers that are not finite, at landmarks."""
    found = detector.found
    points = "with five landmarks each" if detector.registered.entry.card.landmarks else "without landmarks"
    return f"{sum(map(len, found))} faces in {len(found)} drawn frames, {points}"


def boxes(detector: DetectorSubject) -> str:
    """Boxes are left, top, right, bottom, and lie at least partly in the frame."""
    for frame, found in zip(detector.frames, detector.found, strict=True):
        height, width = frame.shape[:2]
        for left, top, right, bottom in (face.box for face in found):
            shown = f"({left:.1f}, {top:.1f}, {right:.1f}, {bottom:.1f})"
            require(left < right and top < bottom, f"the box {shown} is not (left, top, right, bottom)")
            large = right - left >= 1 and bottom - top >= 1
            require(large, f"the box {shown} is smaller than a pixel of its frame of {width} x {height}")
            inside = right > 0 and bottom > 0 and left < width and top < height
            require(inside, f"the box {shown} lies outside of its frame of {width} x {height} pixels")
    return "every box is (left, top, right, bottom), and lies in its frame"


def same_faces(detector: DetectorSubject) -> str:
    """The same frames once more, compared bit by bit."""
    again = [detector.opened.detect(frame.copy()) for frame in detector.frames]
    changed = sum(not same(one, other) for one, other in zip(detector.found, again, strict=True))
    require(not changed, f"of {len(again)} frames {changed} got other faces the second time")
    return "the same frames get the same faces, to the last bit"


def picture_untouched(detector: DetectorSubject) -> str:
    """A frame that may be written to is as it was afterwards."""
    for frame in detector.frames:
        handed = frame.copy()
        detector.opened.detect(handed)
        require(np.array_equal(handed, frame), "it writes into the picture that it is given")
    return "pictures are left as they are"


def threads(detector: DetectorSubject) -> str:
    """All frames from several threads at a time, several times, against one after the other."""
    frames = detector.frames * THREADS
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda frame: detector.opened.detect(frame.copy()), frames))
    changed = sum(not same(one, other) for one, other in zip(detector.found * THREADS, together, strict=True))
    require(not changed, f"of {len(frames)} frames {changed} got other faces with {THREADS} threads at a time")
    return f"{THREADS} threads at a time get the faces that one gets"


def same(one: Sequence[Face], other: Sequence[Face]) -> bool:
    """Whether two findings are the same faces, in any order."""
    return sorted(map(numbers, one)) == sorted(map(numbers, other))


def numbers(face: Face) -> tuple[float, ...]:
    """All that is known of a face."""
    points = () if face.landmarks is None else tuple(np.asarray(face.landmarks, np.float64).ravel().tolist())
    return (*face.box, face.score, *points)


CHECKS = (
    Check(
        name="faces",
        kinds=("detector",),
        asks="What it finds are faces: a box and a score of finite numbers, and landmarks where the card says so.",
        mend="Return ferbench.interfaces.Face from detect(), with landmarks (5, 2) or None as the card has it.",
        run=faces,
    ),
    Check(
        name="boxes",
        kinds=("detector",),
        asks="A box is (left, top, right, bottom) in pixels of the picture.",
        mend="Turn (left, top, width, height) and shares of the picture into corners in pixels.",
        run=boxes,
    ),
    Check(
        name="same-faces",
        kinds=("detector",),
        asks="The same picture has the same faces twice.",
        mend="Draw nothing at random, keep nothing from one picture to the next, and put networks into eval().",
        run=same_faces,
    ),
    Check(
        name="picture-untouched",
        kinds=("detector",),
        asks="The picture is left as it is.",
        mend="Work on a copy of the pixels: the face is cut out of them afterwards.",
        run=picture_untouched,
    ),
    Check(
        name="threads",
        kinds=("detector",),
        asks="Asked from several threads at a time, it finds what it finds alone.",
        mend="Keep what belongs to one picture out of attributes and globals, or hold a lock while detecting.",
        run=threads,
    ),
)
