"""From the views of some pictures to one answer a picture, in batches that fit into the memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ferbench.errors import MissingError
from ferbench.execution import BatchTrial
from ferbench.pipeline.memory import release_memory
from ferbench.pipeline.throughput import is_out_of_memory
from ferbench.plugin_manager.faults import said_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from ferbench.pipeline.plugin_model import PluginModel

    #: Asks a model about some pictures, when it is called: arrays of a row a picture by output name.
    Question = Callable[[], Mapping[str, NDArray[np.float32]]]


class Answerer(Protocol):
    """A model that is asked about bytes: a `PluginModel`."""

    def answer(self, pixels: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        """(B, channels, height, width) uint8 -> arrays of B rows by output name, `emotion` among them."""
        ...


class Answering(Protocol):
    """What is asked about pictures."""

    def __call__(self, views: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        """(b, V, channels, height, width) uint8 -> arrays of b rows by output name, `emotion` among them."""
        ...

    def expect(self, views: NDArray[np.uint8]) -> None:
        """This very array will be asked about, and may travel to the model meanwhile; any thread may say so."""
        ...


@dataclass(slots=True)
class AnswersOf:
    """The answers of one model, which is given at most `batch_size` views at a time.

    Where memory runs out the batch is halved, and stays so for the rest; `trials` are the sizes that were too large.
    """

    model: PluginModel
    batch_size: int
    trials: list[BatchTrial] = field(default_factory=list)
    _sent: dict[int, tuple[NDArray[np.uint8], list[Question]]] = field(default_factory=dict)

    def expect(self, views: NDArray[np.uint8]) -> None:
        """This very array will be asked about, and may travel to the model meanwhile; any thread may say so."""
        with suppress(Exception):  # what goes wrong on the way, memory most likely, is met again by who asks
            # The array is kept, for its key must be no other's before it is asked about.
            self._sent[id(views)] = views, [self.model.question(part) for part in parts_of(views, self.batch_size)]

    def __call__(self, views: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        """As `answers_to`.

        Raises:
            MissingError: the memory is too small for a single view.
        """
        _, questions = self._sent.pop(id(views), (views, None))
        while True:
            try:
                return mean_answers(questions or questions_of(self.model, views, self.batch_size), views.shape[1])
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                too_large = min(self.batch_size, views.shape[0] * views.shape[1])
                if too_large == 1:
                    raise no_memory(error) from error
            # Out of the `except`: the error holds the frames, and with them the tensors, that did not fit.
            questions = None
            self._sent.clear()
            release_memory()
            self.trials.append(BatchTrial(batch_size=too_large, images_per_s=None))
            self.batch_size = (too_large + 1) // 2


def no_memory(error: Exception) -> MissingError:
    """The error of a model that cannot even look at one picture."""
    return MissingError(
        "The model was given a single image, after larger batches had been too large.",
        f"The memory does not suffice for it. {said_by(error.__cause__ or error)}",
        "Free memory, or use a machine or a --device with more of it; --workers 1 reads with the least.",
    )


def answers_to(model: Answerer, views: NDArray[np.uint8], batch_size: int) -> Mapping[str, NDArray[np.float32]]:
    """(b, V, channels, height, width) uint8 -> what a model says of b pictures, at most `batch_size` views at a time.

    Of several views it is the mean of `emotion` over them, in float64: of logits for a model of logits, of
    probabilities for a model of probabilities. Its other outputs are left out then, for what a mirror image does to
    landmarks or features is not known here.
    """
    return mean_answers(questions_of(model, views, batch_size), views.shape[1])


def questions_of(model: Answerer, views: NDArray[np.uint8], batch_size: int) -> Iterator[Question]:
    """What asks a model about (b, V, channels, height, width) uint8, at most `batch_size` views at a time, in order."""
    return (partial(model.answer, part) for part in parts_of(views, batch_size))


def mean_answers(questions: Iterable[Question], count: int) -> Mapping[str, NDArray[np.float32]]:
    """The answers to questions about pictures that have `count` views each, as `answers_to` gives them."""
    said = joined([question() for question in questions])
    if count == 1:
        return said
    emotion = said["emotion"].reshape(-1, count, said["emotion"].shape[1])
    # Infinities of both signs have no mean; a row that is not finite is no answer, and is listed as such.
    with np.errstate(invalid="ignore"):
        return {"emotion": emotion.mean(axis=1, dtype=np.float64).astype(np.float32)}


def parts_of(views: NDArray[np.uint8], batch_size: int) -> Iterator[NDArray[np.uint8]]:
    """(b, V, channels, height, width) -> (B, channels, height, width), at most `batch_size` views each, in order."""
    flat = views.reshape(-1, *views.shape[2:])
    return (flat[start : start + batch_size] for start in range(0, len(flat), batch_size))


def joined(parts: list[Mapping[str, NDArray[np.float32]]]) -> Mapping[str, NDArray[np.float32]]:
    """The answers to consecutive batches, one after the other: the outputs that all of them have."""
    if len(parts) == 1:
        return parts[0]
    names = [name for name in parts[0] if all(name in part for part in parts)]
    return {name: np.concatenate([part[name] for part in parts]) for name in names}
