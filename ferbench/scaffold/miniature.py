"""The miniature that a new data set is tested on: a list and ten drawn pictures, small enough to be texts."""

from __future__ import annotations

HEADER = "picture,label,split,person"
#: (picture, label, split, person); `happy` shows that any usual spelling is understood.
_ROWS = (
    ("p1/01.ppm", "neutral", "train", "p1"),
    ("p1/02.ppm", "happy", "train", "p1"),
    ("p2/03.ppm", "anger", "train", "p2"),
    ("p3/04.ppm", "neutral", "test", "p3"),
    ("p3/05.ppm", "happy", "test", "p3"),
    ("p3/06.ppm", "surprise", "test", "p3"),
    ("p4/07.ppm", "sadness", "test", "p4"),
    ("p4/08.ppm", "fear", "test", "p4"),
    ("p4/09.ppm", "disgust", "test", "p4"),
    ("p4/10.ppm", "anger", "test", "p4"),
)
_SIDE = 8


def miniature() -> dict[str, str]:
    """Texts by their path below the folder of the data set."""
    table = "\n".join([HEADER, *(",".join(row) for row in _ROWS)]) + "\n"
    return {"labels.csv": table} | {f"pictures/{row[0]}": picture(number) for number, row in enumerate(_ROWS, start=1)}


def picture(number: int) -> str:
    """A picture in the plain PPM format: a shade for each pixel, another pattern for each number."""
    lines = [
        "  ".join(f"{(37 * x * number + 11 * y) % 256} {(53 * y * number) % 256} {23 * number}" for x in range(_SIDE))
        for y in range(_SIDE)
    ]
    return "\n".join(["P3", f"{_SIDE} {_SIDE}", "255", *lines]) + "\n"
