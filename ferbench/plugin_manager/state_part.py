"""One thing of a process that code may change for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Part:
    """`read` gives its value as data that can be compared, and `write` puts such a value back."""

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object]
