"""What a layout of a data set is to a test: how it is drawn, and what a run on it must find, by class name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.drawing_affectnet import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

#: The classes that the shipped weights know; a set with others needs a network with a head of its own.
EIGHT = frozenset(CLASSES)
#: The order of the sets without an official one.
ALPHABETICAL = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A tree that `draw` makes below a folder, and what a run on it finds.

    `words` begin the layout in the record, `classes` are in the order of the set, `counts` by class, `labels` of some
    or all images and `attributes` of some by id.
    """

    dataset: str
    name: str
    draw: Callable[[Path], object]
    words: str
    classes: Sequence[str]
    counts: Mapping[str, int]
    labels: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def class_order(self) -> str | None:
        """What a network with a head of its own must be told, where the shipped weights lack a class."""
        return None if set(self.classes) <= EIGHT else ",".join(self.classes)
