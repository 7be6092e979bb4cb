"""What has come out of a pass over the images so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.unfinished.shard import Shard
from ferbench.results import NOT_FINITE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ferbench.pipeline.images import Batch


@dataclass(slots=True)
class Collected:
    """What has come out so far of n rows; arrays are allocated when the first outputs show their shapes."""

    n: int
    outputs: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Rows that have come out."""
        return len(self.digests)

    def last_asked(self) -> int | None:
        """The last row that the model was asked about, whatever it said; None where there is none."""
        positions = reversed(range(self.done))
        return next((row for row in positions if self.failures.get(row, NOT_FINITE) == NOT_FINITE), None)

    def add(self, batch: Batch, outputs: Mapping[str, NDArray[np.float32]]) -> None:
        """Put the outputs of a batch in their rows; a row that is not finite is no answer."""
        self.digests.extend(batch.digests)
        self.failures.update(batch.failures)
        self.sizes.update(batch.sizes)
        positions = np.array(batch.answered, dtype=np.int64)
        for name, array in outputs.items():
            self._rows_of(name, array)[positions] = array
        if not outputs:
            return
        broken = ~np.isfinite(outputs["emotion"]).all(axis=1)
        self.outputs["emotion"][positions[broken]] = np.nan
        self.failures.update(dict.fromkeys(positions[broken].tolist(), NOT_FINITE))

    def put(self, shard: Shard) -> None:
        """The next rows as they came out before."""
        self.digests.extend(shard.digests)
        self.failures.update(shard.failures)
        self.sizes.update(shard.sizes)
        for name, array in shard.outputs.items():
            self._rows_of(name, array)[shard.start : shard.stop] = array

    def since(self, start: int, sizes: Counter[tuple[int, int]]) -> Shard:
        """What has come out from a row on, before which the pictures had these sizes; its arrays are views."""
        return Shard(
            start=start,
            outputs={name: array[start : self.done] for name, array in self.outputs.items()},
            digests=self.digests[start:],
            failures={position: reason for position, reason in self.failures.items() if position >= start},
            sizes=self.sizes - sizes,
        )

    def _rows_of(self, name: str, array: NDArray[np.float32]) -> NDArray[np.float32]:
        if name not in self.outputs:
            self.outputs[name] = np.full((self.n, *array.shape[1:]), np.nan, np.float32)
        return self.outputs[name]
