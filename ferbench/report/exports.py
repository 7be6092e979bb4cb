"""Results as files for other programs."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferbench.results import Predictions

#: A cell that begins with one of these would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PREFIX = {"logits": "logit", "probabilities": "probability"}


def write_predictions(predictions: Predictions, file: TextIO) -> None:
    """id, label, prediction and one column an output, in the model's class order, with nine significant digits.

    Nine digits give back every float32. The prediction is empty, and the outputs are `nan`, where there was no answer.
    """
    write = line_writer(file)
    prefix = _PREFIX[predictions.kind]
    write(["id", "label", "prediction", *[f"{prefix}_{name}" for name in predictions.classes]])
    for name, label, outputs in zip(predictions.ids, predictions.labels, predictions.emotion, strict=True):
        said = predictions.classes[int(outputs.argmax())] if np.isfinite(outputs).all() else ""
        write([harmless(name), harmless(label), harmless(said), *[f"{value:.9g}" for value in outputs.tolist()]])


def line_writer(file: TextIO) -> Callable[[Sequence[str]], None]:
    """What writes a line of cells to a CSV file."""
    plain = csv.writer(file, lineterminator="\n")
    quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def write(cells: Sequence[str]) -> None:
        # Python before 3.13 does not see by itself that a carriage return in a cell needs quotes.
        (quoting if any("\r" in cell for cell in cells) else plain).writerow(cells)

    return write


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe is put before one that looks like it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
