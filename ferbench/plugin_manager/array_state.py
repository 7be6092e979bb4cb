"""numpy's own global state, where numpy is loaded."""

from __future__ import annotations

import sys
from typing import Any

from ferbench.plugin_manager.state_part import Part


def random_state() -> tuple[Any, ...]:
    """The global generator of numpy, its words as bytes."""
    kind, words, *rest = sys.modules["numpy"].random.get_state()
    return kind, words.tobytes(), *rest


def put_random_state(before: tuple[Any, ...]) -> None:
    """The global generator of numpy as it was."""
    numpy = sys.modules["numpy"]
    kind, words, *rest = before
    numpy.random.set_state((kind, numpy.frombuffer(words, numpy.uint32), *rest))


def error_handling() -> dict[str, str]:
    """What numpy does about divisions by zero and the like."""
    handling: dict[str, str] = sys.modules["numpy"].geterr()
    return handling


NUMPY_PARTS = (
    Part("random numbers of numpy", random_state, put_random_state),
    Part(
        "numpy's handling of errors",
        error_handling,
        lambda before: sys.modules["numpy"].seterr(**before),
    ),
)
