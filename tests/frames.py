"""Whole frames with bright squares for faces, and a detector that finds them: plugin files that tests drop in."""

from __future__ import annotations

from textwrap import indent

from tests.cli.dropins import dataset, model

#: Squares on frames of 40 x 60: (side, top, left, class whose colour they have) by number of the frame. Around them
#: is the dim colour of the other class. Frame 4 shows no square, frame 5 a larger and a smaller one.
SQUARES = {
    0: [(10, 5, 8, 0)],
    1: [(12, 20, 40, 1)],
    2: [(20, 0, 0, 0)],
    3: [(9, 31, 51, 1)],
    4: [],
    5: [(16, 2, 2, 1), (8, 30, 30, 0)],
}
FRAMES = len(SQUARES)

_DRAW = f"""\
squares, label = {SQUARES}[row.source], row.source % 2
frame = np.zeros((40, 60, 3), np.uint8)
frame[..., 1 - label] = 120
for side, top, left, colour in squares:
    frame[top:top + side, left:left + side] = 0
    frame[top:top + side, left:left + side, colour] = 255
return frame"""


def _box(frame: int) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of the first square of a frame."""
    if not SQUARES[frame]:
        return None
    side, top, left, _ = SQUARES[frame][0]
    return left, top, left + side, top + side


_ROWS = (
    "[Row(id=f'i{n}', label=('neutral', 'fear')[n % 2], source=n, box=box) for n, box in enumerate("
    f"{[_box(frame) for frame in SQUARES]})]"
)

_DETECTOR = """\
import numpy as np
from scipy import ndimage

from ferbench.cards import DetectorCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DetectorEntry, Face

#: Where landmarks are in a square of side 1: eyes, nose, corners of the mouth.
POINTS = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
CARD = DetectorCard(name="bright", summary="Finds bright squares", paper=None, code=None, licence="MIT",
                    landmarks={landmarks})

class Bright:
    def __init__(self, level):
        self.level = level

    def detect(self, pixels):
{detect}

    def found(self, pixels):
        for rows, columns in ndimage.find_objects(ndimage.label(pixels.max(axis=2) > self.level)[0]):
            corner, side = np.array([columns.start, rows.start]), rows.stop - rows.start
            box = (columns.start, rows.start, columns.stop, rows.stop)
            yield Face(box=tuple(map(float, box)), score=1.0, landmarks={points})

def open_bright(level=200):
{opening}

@hookimpl
def ferbench_detectors():
    return [DetectorEntry(card=CARD, open=open_bright)]
"""


def frames(read: str = "", rows: str = _ROWS) -> str:
    """A plugin with the data set `pictures` of whole frames, classes `neutral` (red) and `fear` (green)."""
    return dataset(read=f"{read}\n{_DRAW}", rows=rows).replace('content="any"', 'content="whole_frame"')


def detector(
    detect: str = "return list(self.found(pixels))", opening: str = "return Bright(level)", *, landmarks: bool = True
) -> str:
    """A plugin with the detector `bright`."""
    return _DETECTOR.format(
        detect=indent(detect, 8 * " "),
        opening=indent(opening, 4 * " "),
        landmarks=landmarks,
        points="corner + side * POINTS" if landmarks else None,
    )


def colour_model(forward: str = "return 10 * means[:, :2]") -> str:
    """A plugin with the model `mine`, trained on aligned faces: red is `neutral`, green is `fear`."""
    return model(forward).replace('expects="any"', 'expects="aligned_face"')
