"""Which copies of a picture the doctor takes for one picture, and which other pictures: the figures of the how-to page.

    python benchmarks/near_duplicates.py [PEOPLE]

Every picture of a drawn person, a JPEG of quality 95, is compared with what was made of it, or with another picture.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from ferbench.doctor.bands import MOST_BITS
from ferbench.doctor.looks import appearance
from ferbench.doctor.twins import MOST_APART
from tests.doctor.drawn_people import encoded, portrait, resized

if TYPE_CHECKING:
    from PIL import Image

SIDES = (48, 100)


def brighter(picture: Image.Image) -> Image.Image:
    """15 % more of every value, what is too much cut off, as augmentation makes it."""
    return encoded(picture.point(lambda value: min(255, int(1.15 * value))), 85)


COPIES = {
    **{f"encoded again, JPEG {quality}": partial(encoded, quality=quality) for quality in (95, 75, 60, 40)},
    **{f"resized {factor} times, JPEG 75": partial(resized, factor=factor) for factor in (0.5, 0.75, 1.5, 2.24)},
    "grey": lambda picture: encoded(picture.convert("L").convert("RGB"), 85),
    "15 % brighter": brighter,
}
OTHERS = {
    "same shot, another expression": lambda person, side: portrait(person, 0, side, expression=1),
    "same person, another shot": lambda person, side: portrait(person, 1, side),
    "another person": lambda person, side: portrait(person + 1, 0, side),
}


def compared(a: Image.Image, b: Image.Image) -> tuple[int, float]:
    """Bits in which the hashes of two pictures differ, and how far apart their thumbnails are."""
    (one, _, small), (other, _, little) = appearance(np.asarray(a)), appearance(np.asarray(b))
    return (one ^ other).bit_count(), float(np.abs(small.astype(float) - little.astype(float)).max())


def show(name: str, side: int, pairs: list[tuple[Image.Image, Image.Image]]) -> None:
    """One line: how many pairs are taken for one picture, and how far from the limits they are."""
    found = [compared(a, b) for a, b in pairs]
    bits, apart = np.array([item[0] for item in found]), np.array([item[1] for item in found])
    taken = np.mean((bits <= MOST_BITS) & (apart <= MOST_APART))
    ranges = f"bits {bits.min()} to {bits.max()}, apart {apart.min():.2f} to {apart.max():.2f}"
    print(f"{side:3} x {side:<3} {name:32} {taken:6.1%}   {ranges}")


def main() -> None:
    """Everything at every size."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for side in SIDES:
        originals = [portrait(person, 0, side) for person in range(people)]
        for name, change in COPIES.items():
            show(name, side, [(picture, change(picture)) for picture in originals])
        for name, other in OTHERS.items():
            show(name, side, [(picture, other(person, side)) for person, picture in enumerate(originals)])


if __name__ == "__main__":
    main()
