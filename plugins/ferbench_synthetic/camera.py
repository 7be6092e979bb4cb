"""From the drawn canvas to the picture: sub-pixels averaged, light, blur, resolution and sensor noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench_synthetic.raster import IMAGE_SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench_synthetic.attributes import FaceAttributes
    from ferbench_synthetic.random_words import RandomWords

    Image = NDArray[np.uint8]
    Samples = NDArray[np.int32]

GAIN_PERCENT = {"dim": (42, 64), "normal": (82, 102), "bright": (110, 128)}
SIDE_LIGHT_PERCENT = 28
NOISE_BITS = 4


def develop(
    inks: NDArray[np.uint8], colours: NDArray[np.uint8], attributes: FaceAttributes, words: RandomWords
) -> Image:
    """(128, 128) palette indices -> (64, 64, 3) RGB."""
    image = halved(colours[inks].astype(np.int32))
    image = lit(image, GAIN_PERCENT[attributes.light], words)
    for _ in range(attributes.blur):
        image = blurred(image)
    if attributes.resolution < IMAGE_SIDE:
        image = halved(image).repeat(2, axis=0).repeat(2, axis=1)
    noise = words.octets(image.size).reshape(image.shape) >> (8 - NOISE_BITS)
    image += noise
    image -= 1 << (NOISE_BITS - 1)
    return np.clip(image, 0, 255).astype(np.uint8)


def halved(image: Samples) -> Samples:
    """(2H, 2W, 3) -> (H, W, 3): the mean of four, rounded half up."""
    rows = image[0::2] + image[1::2]
    return (rows[:, 0::2] + rows[:, 1::2] + 2) >> 2


def lit(image: Samples, gain_percent: tuple[int, int], words: RandomWords) -> Samples:
    """The image under a lamp: an overall gain, stronger towards one side."""
    gain = words.integer(*gain_percent)
    across, down = (words.integer(-SIDE_LIGHT_PERCENT, SIDE_LIGHT_PERCENT) for _ in range(2))
    places = np.arange(IMAGE_SIDE, dtype=np.int32) - IMAGE_SIDE // 2
    slope = places[None, :] * np.int32(across) + places[:, None] * np.int32(down)
    gains = (gain * (1024 + slope * 1024 // (100 * IMAGE_SIDE // 2))) // 100
    light: Samples = np.minimum((image * gains[:, :, None]) >> 10, 255)
    return light


def blurred(image: Samples) -> Samples:
    """A 3 x 3 box blur; the border is repeated."""
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    mean: Samples = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) // 9
    return mean
