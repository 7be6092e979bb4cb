"""From the views of some pictures to one answer a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ferbench.interfaces import Model


class Answering(Protocol):
    """What is asked about pictures."""

    def __call__(self, views: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(b, V, channels, height, width) -> arrays of b rows by output name, `emotion` among them."""
        ...


@dataclass(frozen=True, slots=True)
class AnswersOf:
    """The answers of one model, which is given at most `batch_size` views at a time."""

    model: Model
    batch_size: int

    def __call__(self, views: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """As `answers_to`."""
        return answers_to(self.model, views, self.batch_size)


def answers_to(model: Model, views: NDArray[np.float32], batch_size: int) -> Mapping[str, NDArray[np.float32]]:
    """(b, V, channels, height, width) -> what a model says of b pictures, at most `batch_size` views at a time.

    Of several views it is the mean of `emotion` over them, in float64: of logits for a model of logits, of
    probabilities for a model of probabilities. Its other outputs are left out then, for what a mirror image does to
    landmarks or features is not known here.
    """
    if views.shape[1] == 1:
        return model.predict(views[:, 0])
    flat = views.reshape(-1, *views.shape[2:])
    parts = [model.predict(flat[start : start + batch_size]) for start in range(0, len(flat), batch_size)]
    emotion = np.concatenate([part["emotion"] for part in parts]).reshape(*views.shape[:2], -1)
    # Infinities of both signs have no mean; a row that is not finite is no answer, and is listed as such.
    with np.errstate(invalid="ignore"):
        return {"emotion": emotion.mean(axis=1, dtype=np.float64).astype(np.float32)}
