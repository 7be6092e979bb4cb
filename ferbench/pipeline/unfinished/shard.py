"""A shard: what came out for consecutive rows of a manifest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """What came out for the rows from `start` up to `stop`.

    `outputs` holds (stop - start, ...) float32 by name, a row of NaN for an image without an answer; `digests` one
    content hash a row; `failures` why by position in the manifest; `sizes` pictures by (height, width).
    """

    start: int
    outputs: Mapping[str, NDArray[np.float32]]
    digests: Sequence[str]
    failures: Mapping[int, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def stop(self) -> int:
        """The first row after it."""
        return self.start + len(self.digests)
